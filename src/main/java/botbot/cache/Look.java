package botbot.cache;

import botbot.cache.Outbox.Glance;
import botbot.redis.ModeTracker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at PostgreSQL, busy or idle: has another instance begun an epoch, and is there a write that
 * Redis has not heard of for too long? Redis is read only while the last look is young and clean.
 * While PostgreSQL is away the last look stands, as nothing can be written either.
 */
@Singleton
public class Look {

  private static final Logger LOG = Logger.getLogger(Look.class);

  /** A look that takes longer than this is taken for PostgreSQL being away; below one period. */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(200);

  /** For how long PostgreSQL must have been away before the log tells of it. */
  private static final long OUTAGE = TimeUnit.SECONDS.toNanos(2);

  /** What the last look saw; {@code at} is {@link System#nanoTime} before its query. */
  private record Seen(long at, int pending, long oldestMs) {}

  /** Whether PostgreSQL answered the last look, and how long that took. */
  public record Database(boolean answers, Duration latency) {}

  private final CacheSettings settings;
  private final Outbox outbox;
  private final Epochs epochs;
  private final DatabaseWatch watch;
  private final Bypass bypass;
  private final DatabaseClock clock;
  private final ModeTracker mode;
  private final AtomicLong queryBegan = new AtomicLong();
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cache-look").daemon().factory());
  private volatile @Nullable Seen last;
  private volatile Database database = new Database(false, Duration.ZERO);
  private volatile long answered = System.nanoTime();
  private boolean toldAway;

  Look(
      CacheSettings settings,
      Outbox outbox,
      Epochs epochs,
      DatabaseWatch watch,
      Bypass bypass,
      DatabaseClock clock,
      ModeTracker mode,
      CacheMeters meters) {
    this.settings = settings;
    this.outbox = outbox;
    this.epochs = epochs;
    this.watch = watch;
    this.bypass = bypass;
    this.clock = clock;
    this.mode = mode;
    meters.gauge("botbot.outbox.pending", "Writes Redis may not know yet", this::pending);
    meters.gauge(
        "botbot.outbox.oldest.age.seconds",
        "Age of the oldest write Redis may not know yet",
        () -> oldestAge().toMillis() / 1000.0);
  }

  void start(@Observes StartupEvent event) {
    long period = settings.look().toMillis();
    ticks.scheduleAtFixedRate(this::tick, 0, period, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  /** Whether Redis may be read now. */
  boolean clean() {
    Seen seen = last;
    return seen != null
        && seen.oldestMs() <= settings.outboxAge().toMillis()
        && System.nanoTime() - seen.at() < settings.lookAge().toNanos()
        && seen.at() >= epochs.lostAt();
  }

  /** How PostgreSQL took the last look. */
  public Database database() {
    return database;
  }

  /** Writes in the outbox at the last look, counted up to the bound. */
  public int pending() {
    Seen seen = last;
    return seen == null ? 0 : seen.pending();
  }

  /** Age of the oldest write in the outbox at the last look. */
  public Duration oldestAge() {
    Seen seen = last;
    return Duration.ofMillis(seen == null ? 0 : seen.oldestMs());
  }

  private void tick() {
    long now = System.nanoTime();
    if (queryBegan.compareAndSet(0, now)) {
      Thread.ofVirtual().name("look").start(() -> look(now));
    } else if (now - queryBegan.get() > PATIENCE) {
      stand();
    }
    mode.readable(clean(), "waiting for the writes Redis has not heard of");
    tellOfOutages(now);
  }

  private void tellOfOutages(long now) {
    boolean answers = database.answers();
    if (!answers && !toldAway && now - answered > OUTAGE) {
      LOG.warn("PostgreSQL does not answer: whatever needs it is refused");
      toldAway = true;
    } else if (answers && toldAway) {
      LOG.info("PostgreSQL answers again");
      toldAway = false;
    }
  }

  private void look(long at) {
    try {
      Map<Bypass.Place, Long> bypassed = bypass.snapshot();
      long before = System.currentTimeMillis();
      Glance glance = outbox.glance(settings.outboxBound());
      answered = System.nanoTime();
      database = new Database(true, Duration.ofNanos(answered - at));
      if (glance == null) {
        return;
      }
      clock.measured(before, glance.now(), System.currentTimeMillis());
      watch.seen(glance.epoch().seenPostgres());
      epochs.seen(glance.epoch());
      last = new Seen(at, glance.pending(), glance.oldestMs());
      if (!bypassed.isEmpty()) {
        bypass.lift(bypassed, glance.pending() == 0 ? Set.of() : outbox.pending(bypassed.values()));
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("PostgreSQL does not answer, the last look stands", e);
      stand();
    } finally {
      queryBegan.set(0);
    }
  }

  /** Renews the last look, if neither this instance nor Redis was away since. */
  private void stand() {
    database = new Database(false, database.latency());
    Seen seen = last;
    long now = System.nanoTime();
    if (seen != null
        && now - seen.at() < settings.lookAge().toNanos()
        && seen.at() >= epochs.lostAt()) {
      last = new Seen(now, seen.pending(), seen.oldestMs());
    }
  }
}
