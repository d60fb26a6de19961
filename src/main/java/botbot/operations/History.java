package botbot.operations;

import botbot.cache.freshness.Look;
import botbot.redis.RedisDoor;
import botbot.redis.mode.ModeTracker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/**
 * Remembers the last quarter of an hour in memory. It reads what others have counted and seen, and
 * asks neither Redis nor PostgreSQL.
 */
@Singleton
class History {

  /** How many samples there are at most. */
  static final int LENGTH = 180;

  private static final Logger LOG = Logger.getLogger(History.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);

  /** What is told of the present is over at least this long, or a single request would be many. */
  private static final Duration LEAST = Duration.ofSeconds(2);

  private final MeterRegistry meters;
  private final Caches caches;
  private final ModeTracker mode;
  private final RedisDoor redis;
  private final Look look;
  private final Vertx vertx;
  private final Deque<StatusSample> samples = new ArrayDeque<>();
  private Counts before;
  private Counts latest;
  private long timer = -1;

  History(
      MeterRegistry meters,
      Caches caches,
      ModeTracker mode,
      RedisDoor redis,
      Look look,
      Vertx vertx) {
    this.meters = meters;
    this.caches = caches;
    this.mode = mode;
    this.redis = redis;
    this.look = look;
    this.vertx = vertx;
    this.latest = count();
    this.before = latest;
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(PERIOD.toMillis(), id -> sampleElsewhere());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  /** Not on the event loop: there may be a meter for each of many policies. */
  private void sampleElsewhere() {
    vertx
        .executeBlocking(
            () -> {
              sample();
              return null;
            },
            false)
        .onFailure(fault -> LOG.error("The status could not be sampled", fault));
  }

  private synchronized void sample() {
    before = latest;
    latest = count();
    Look.Database database = look.database();
    samples.addLast(
        new StatusSample(
            Instant.now().truncatedTo(ChronoUnit.MILLIS),
            mode.state().mode().name().toLowerCase(Locale.ROOT),
            Traffic.between(before, latest),
            Caches.hitRates(before, latest),
            redis.available(),
            redis.latency().toMillis(),
            database.answers(),
            database.latency().toMillis(),
            look.pending()));
    while (samples.size() > LENGTH) {
      samples.removeFirst();
    }
  }

  /** The samples so far. */
  synchronized StatusHistory all() {
    return new StatusHistory(PERIOD.toMillis(), List.copyOf(samples));
  }

  /** What came in the last 2 to 7 seconds. */
  synchronized Traffic now() {
    Counts now = count();
    boolean young = now.nanoTime() - latest.nanoTime() < LEAST.toNanos();
    return Traffic.between(young ? before : latest, now);
  }

  private Counts count() {
    return Counts.now(meters, caches.counts());
  }
}
