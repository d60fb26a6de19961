package botbot.ratelimit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The meters of all policies: decisions, and the limits themselves. */
@Singleton
class RateMeters {

  private final MeterRegistry registry;
  private final MultiGauge limits;
  private final Map<String, RuleMeters> byPolicy = new ConcurrentHashMap<>();

  RateMeters(MeterRegistry registry) {
    this.registry = registry;
    this.limits =
        MultiGauge.builder("botbot.rate.limit")
            .description("Units a policy admits in its window")
            .register(registry);
  }

  RuleMeters of(String policy) {
    return byPolicy.computeIfAbsent(policy, name -> new RuleMeters(registry, name));
  }

  /** These policies and no others exist now. */
  void inForce(List<Policy> policies) {
    limits.register(
        policies.stream()
            .map(
                policy ->
                    MultiGauge.Row.of(
                        Tags.of("policy", policy.name(), "window_ms", "" + policy.windowMs()),
                        policy.limit()))
            .collect(Collectors.toList()),
        true);
    Set<String> names = policies.stream().map(Policy::name).collect(Collectors.toSet());
    byPolicy.forEach(
        (name, meters) -> {
          if (!names.contains(name)) {
            byPolicy.remove(name);
            meters.remove(registry);
          }
        });
  }
}
