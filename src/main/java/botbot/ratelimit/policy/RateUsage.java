package botbot.ratelimit.policy;

import botbot.ratelimit.rule.Decisions;
import botbot.ratelimit.rule.RuleMeters;
import botbot.space.Key;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * How often each policy decided of late on this instance. It looks at the meters, so that checks
 * pay nothing for it.
 */
@Singleton
public class RateUsage {

  private static final Logger LOG = Logger.getLogger(RateUsage.class);

  private final RateMeters meters;
  private final Map<Key, Trail> trails = new HashMap<>();
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("rate-usage").daemon().factory());

  RateUsage(RateMeters meters) {
    this.meters = meters;
  }

  void start(@Observes StartupEvent event) {
    long step = Trail.STEP.toMillis();
    ticks.scheduleAtFixedRate(this::tick, 0, step, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  private void tick() {
    try {
      look();
    } catch (RuntimeException e) {
      // thrown on, it would end the figures for good
      LOG.error("The usage of policies could not be sampled", e);
    }
  }

  /** One step later. */
  public synchronized void look() {
    Map<Key, RuleMeters> now = meters.all();
    trails.keySet().retainAll(now.keySet());
    now.forEach(
        (policy, its) -> {
          Trail trail = trails.get(policy);
          if (trail == null || !trail.isOf(its)) {
            trail = new Trail(its);
            trails.put(policy, trail);
          }
          trail.look();
        });
  }

  /** All zero for a policy that has just come. */
  synchronized Usage of(Key policy) {
    Trail trail = trails.get(policy);
    return trail == null
        ? new Usage(policy.id(), 0, Decisions.NONE, Decisions.NONE)
        : trail.usage(policy.id());
  }
}
