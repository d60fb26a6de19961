package botbot.access;

import botbot.space.Space;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Counts requests by the space they work in: the largest spaces by name, the rest together. */
@Singleton
public class SpaceRequests {

  /** The label of all other spaces; no space has this name. */
  public static final String OTHERS = "(other)";

  private final MeterRegistry registry;
  private final Counter others;
  private volatile Map<Space, Counter> counters;

  SpaceRequests(MeterRegistry registry) {
    this.registry = registry;
    this.others = counter(OTHERS);
    this.counters = Map.of(Space.DEFAULT, counter(Space.DEFAULT.name()));
  }

  private Counter counter(String space) {
    return Counter.builder("botbot.space.requests")
        .description("Requests by the space they work in, of the largest spaces")
        .tag("space", space)
        .register(registry);
  }

  void count(Space space) {
    counters.getOrDefault(space, others).increment();
  }

  /** These spaces have a label of their own from now on; counters of others go. */
  public void label(Collection<Space> largest) {
    Map<Space, Counter> known = counters;
    Map<Space, Counter> labelled = new HashMap<>();
    for (Space space : largest) {
      Counter counter = known.get(space);
      labelled.put(space, counter == null ? counter(space.name()) : counter);
    }
    counters = Map.copyOf(labelled);
    known.forEach(
        (space, counter) -> {
          if (!labelled.containsKey(space)) {
            registry.remove(counter);
          }
        });
  }
}
