package botbot.ratelimit.policy;

import botbot.ratelimit.rule.Policy;
import botbot.ratelimit.rule.RuleMeters;
import botbot.space.Key;
import botbot.space.Space;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The meters of all policies: decisions, and the limits themselves. Their names are labels, since
 * administrators choose them. What is scraped is made when it is.
 */
@Singleton
class RateMeters {

  private static final String CHECKS = "botbot_rate_checks_total";
  private static final List<String> LABELS_OF_CHECKS = List.of("outcome", "policy", "space");
  private static final String LIMIT = "botbot_rate_limit";
  private static final List<String> LABELS_OF_LIMIT = List.of("policy", "space", "window_ms");

  private final Map<Key, RuleMeters> byPolicy = new ConcurrentHashMap<>();
  private volatile Map<Space, List<Policy>> policies = Map.of();

  /** By policies that are no more. */
  private final AtomicLong deniedBefore = new AtomicLong();

  RateMeters(MeterRegistry registry, PrometheusMeterRegistry prometheus) {
    FunctionCounter.builder("botbot.rate.denied", this, RateMeters::denied)
        .description("Checks that policies denied, counted once for each that did")
        .register(registry);
    prometheus
        .getPrometheusRegistry()
        .register(
            new Collector() {
              @Override
              public List<MetricFamilySamples> collect() {
                return List.of(checks(), limits());
              }
            });
  }

  RuleMeters of(Key policy) {
    return byPolicy.computeIfAbsent(policy, key -> new RuleMeters());
  }

  /** The meters of every policy that is in force. */
  Map<Key, RuleMeters> all() {
    return Map.copyOf(byPolicy);
  }

  private long denied() {
    return deniedBefore.get() + byPolicy.values().stream().mapToLong(RateMeters::denied).sum();
  }

  private static long denied(RuleMeters meters) {
    return meters.decisions().denied();
  }

  /** These policies and no others exist now. */
  void inForce(Map<Space, List<Policy>> now) {
    Set<Key> keys = new HashSet<>();
    now.forEach((space, ofSpace) -> ofSpace.forEach(policy -> keys.add(space.key(policy.name()))));
    byPolicy.forEach(
        (key, meters) -> {
          if (!keys.contains(key)) {
            byPolicy.remove(key);
            deniedBefore.addAndGet(denied(meters));
          }
        });
    policies = now;
  }

  private MetricFamilySamples checks() {
    List<Sample> samples = new ArrayList<>();
    byPolicy.forEach(
        (key, meters) ->
            meters.forEach(
                (outcome, count) ->
                    samples.add(
                        new Sample(
                            CHECKS,
                            LABELS_OF_CHECKS,
                            List.of(outcome, key.id(), key.space().name()),
                            count))));
    return new MetricFamilySamples(
        CHECKS,
        Collector.Type.COUNTER,
        "Decisions of a policy; those taken without Redis are counted as local as well",
        samples);
  }

  private MetricFamilySamples limits() {
    List<Sample> samples = new ArrayList<>();
    policies.forEach(
        (space, ofSpace) ->
            ofSpace.forEach(
                policy ->
                    samples.add(
                        new Sample(
                            LIMIT,
                            LABELS_OF_LIMIT,
                            List.of(policy.name(), space.name(), "" + policy.windowMs()),
                            policy.limit()))));
    return new MetricFamilySamples(
        LIMIT, Collector.Type.GAUGE, "Units a policy admits in its window", samples);
  }
}
