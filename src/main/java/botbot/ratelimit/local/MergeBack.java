package botbot.ratelimit.local;

import botbot.ratelimit.batch.BatchEntry;
import botbot.ratelimit.batch.Batchers;
import botbot.ratelimit.batch.RedisClock;
import botbot.ratelimit.rule.RateConfig;
import botbot.redis.RedisDoor;
import botbot.space.Key;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Adds to Redis what this instance admitted alone, as soon as Redis is back: a subject's counters
 * before its next check, those of the others in the background. An addition whose answer is lost is
 * made again, and Redis, which remembers it, adds nothing twice.
 */
@Singleton
public final class MergeBack {

  private static final int SUBJECTS_PER_TURN = 1_000;

  private final RedisDoor door;
  private final LocalLimiter local;
  private final Batchers batchers;
  private final RedisClock clock;
  private final RateConfig config;

  public MergeBack(
      RedisDoor door, LocalLimiter local, Batchers batchers, RedisClock clock, RateConfig config) {
    this.door = door;
    this.local = local;
    this.batchers = batchers;
    this.clock = clock;
    this.config = config;
  }

  void start(@Observes StartupEvent event, Vertx vertx) {
    vertx.setPeriodic(config.mergeInterval().toMillis(), timer -> mergeSome());
  }

  private void mergeSome() {
    if (!local.isEmpty() && door.available()) {
      local.subjects(SUBJECTS_PER_TURN).forEach(this::merge);
    }
  }

  /** Sends what is counted here of a subject ahead of whatever is submitted after it. */
  public void merge(Key subject) {
    if (local.isEmpty()) {
      return;
    }
    for (LocalCounter.Addition addition : local.handOver(subject, clock.now())) {
      BatchEntry entry = addition.entry();
      entry.answer().future().onComplete(sent -> local.ended(addition, sent.succeeded()));
      batchers.submit(entry);
    }
  }
}
