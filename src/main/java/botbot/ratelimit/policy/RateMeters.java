package botbot.ratelimit.policy;

import botbot.ratelimit.rule.Policy;
import botbot.ratelimit.rule.RuleMeters;
import botbot.space.Key;
import botbot.space.Space;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of all policies: decisions, and the limits themselves. */
@Singleton
class RateMeters {

  private final MeterRegistry registry;
  private final MultiGauge limits;
  private final Map<Key, RuleMeters> byPolicy = new ConcurrentHashMap<>();

  RateMeters(MeterRegistry registry) {
    this.registry = registry;
    this.limits =
        MultiGauge.builder("botbot.rate.limit")
            .description("Units a policy admits in its window")
            .register(registry);
  }

  RuleMeters of(Key policy) {
    return byPolicy.computeIfAbsent(policy, key -> new RuleMeters(registry, key));
  }

  /** The meters of every policy that is in force. */
  Map<Key, RuleMeters> all() {
    return Map.copyOf(byPolicy);
  }

  /** These policies and no others exist now. */
  void inForce(Map<Space, List<Policy>> policies) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    Set<Key> keys = new HashSet<>();
    policies.forEach(
        (space, ofSpace) ->
            ofSpace.forEach(
                policy -> {
                  keys.add(space.key(policy.name()));
                  rows.add(row(space, policy));
                }));
    limits.register(rows, true);
    byPolicy.forEach(
        (key, meters) -> {
          if (!keys.contains(key)) {
            byPolicy.remove(key);
            meters.remove(registry);
          }
        });
  }

  private static MultiGauge.Row<?> row(Space space, Policy policy) {
    Tags tags =
        Tags.of("space", space.name(), "policy", policy.name())
            .and("window_ms", "" + policy.windowMs());
    return MultiGauge.Row.of(tags, policy.limit());
  }
}
