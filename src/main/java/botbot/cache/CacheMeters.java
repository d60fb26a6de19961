package botbot.cache;

import botbot.cache.CacheStatus.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Counts how reads and writes went. Labels: the names of caches, and fixed words. */
@Singleton
public class CacheMeters {

  private final MeterRegistry registry;
  private final Map<String, Map<Outcome, Counter>> reads = new ConcurrentHashMap<>();

  CacheMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void read(String cache, Outcome outcome) {
    Map<Outcome, Counter> counters = reads.get(cache);
    if (counters == null) {
      counters = reads.computeIfAbsent(cache, this::readCounters);
    }
    Objects.requireNonNull(counters.get(outcome)).increment();
  }

  /** Reads by cache and outcome since the start. */
  public Map<String, Map<Outcome, Long>> reads() {
    Map<String, Map<Outcome, Long>> counts = new ConcurrentHashMap<>();
    reads.forEach(
        (cache, counters) -> {
          Map<Outcome, Long> byOutcome = new EnumMap<>(Outcome.class);
          counters.forEach((outcome, counter) -> byOutcome.put(outcome, (long) counter.count()));
          counts.put(cache, byOutcome);
        });
    return counts;
  }

  private Map<Outcome, Counter> readCounters(String cache) {
    // there from the first read, so that a first failure is an increase and not a beginning
    registry.counter("botbot.cache.decode.failures", "cache", cache);
    Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      counters.put(
          outcome,
          Counter.builder("botbot.cache.reads")
              .description("Cached reads by how they were served")
              .tag("cache", cache)
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    return counters;
  }

  void fill(String cache, String outcome) {
    registry.counter("botbot.cache.fills", "cache", cache, "outcome", outcome).increment();
  }

  void write(String cache, String outcome) {
    registry.counter("botbot.cache.writes", "cache", cache, "outcome", outcome).increment();
  }

  void leaseRefused(String cache) {
    registry.counter("botbot.cache.leases.refused", "cache", cache).increment();
  }

  void refreshedEarly(String cache) {
    registry.counter("botbot.cache.refreshes", "cache", cache).increment();
  }
}
