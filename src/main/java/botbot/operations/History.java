package botbot.operations;

import botbot.cache.freshness.Look;
import botbot.redis.RedisDoor;
import botbot.redis.mode.ModeTracker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

  /** Rates of the present cover at least this long: over less, one request would look like many. */
  private static final Duration LEAST = Duration.ofSeconds(2);

  private final MeterRegistry meters;
  private final Caches caches;
  private final ModeTracker mode;
  private final RedisDoor redis;
  private final Look look;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("status-history").daemon().factory());
  private final Deque<StatusSample> samples = new ArrayDeque<>();
  private Counts before;
  private Counts latest;

  History(MeterRegistry meters, Caches caches, ModeTracker mode, RedisDoor redis, Look look) {
    this.meters = meters;
    this.caches = caches;
    this.mode = mode;
    this.redis = redis;
    this.look = look;
    this.latest = count();
    this.before = latest;
  }

  void start(@Observes StartupEvent event) {
    long period = PERIOD.toMillis();
    ticks.scheduleAtFixedRate(this::tick, period, period, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  private void tick() {
    try {
      sample();
    } catch (RuntimeException e) {
      // thrown on, it would end the history for good
      LOG.error("The status could not be sampled", e);
    }
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
