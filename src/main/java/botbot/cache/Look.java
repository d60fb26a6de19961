package botbot.cache;

import botbot.cache.Outbox.Glance;
import botbot.redis.ModeTracker;
import botbot.redis.RedisDoor;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at PostgreSQL: has another instance begun an epoch, and is there a write that Redis has not
 * heard of for too long? Redis is read only while the last look is young and clean; who is idle
 * looks seldom, and again before it reads. While PostgreSQL is away the last look stands, though
 * nothing vouches for it: an instance that reaches PostgreSQL may write what Redis does not hear
 * of.
 */
@Singleton
public class Look {

  private static final Logger LOG = Logger.getLogger(Look.class);

  /** A look that takes longer than this is taken for PostgreSQL being away; below one period. */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(200);

  /** Who has read nothing for this long is idle. */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

  /** For how long PostgreSQL must have been away before the log tells of it. */
  private static final long OUTAGE = TimeUnit.SECONDS.toNanos(2);

  /**
   * What the last look saw.
   *
   * @param at {@link System#nanoTime} before its query, or when it was said to stand
   * @param verifiedAt the same, but of the query
   */
  private record Seen(long at, long verifiedAt, int pending, long oldestMs) {}

  /** Whether PostgreSQL answered the last look, and how long that took. */
  public record Database(boolean answers, Duration latency) {}

  private final CacheSettings settings;
  private final Outbox outbox;
  private final Epochs epochs;
  private final DatabaseWatch watch;
  private final Bypass bypass;
  private final DatabaseClock clock;
  private final ModeTracker mode;
  private final RedisDoor redis;
  private final AtomicLong queryBegan = new AtomicLong();
  private final AtomicLong usedAt = new AtomicLong(System.nanoTime());
  private final AtomicReference<@Nullable CompletableFuture<Void>> waking = new AtomicReference<>();
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cache-look").daemon().factory());
  private volatile @Nullable Seen last;
  private volatile long lookedAt;
  private volatile long standingSince;
  private volatile long tickedAt = System.nanoTime();
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
      RedisDoor redis,
      CacheMeters meters) {
    this.settings = settings;
    this.outbox = outbox;
    this.epochs = epochs;
    this.watch = watch;
    this.bypass = bypass;
    this.clock = clock;
    this.mode = mode;
    this.redis = redis;
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

  /** Whether Redis may be read now. Answers at once. */
  boolean clean() {
    Seen seen = last;
    long now = System.nanoTime();
    boolean clean = seen != null && isSound(seen) && now - seen.at() < settings.lookAge().toNanos();
    if (clean) {
      usedAt.setRelease(now);
    }
    return clean;
  }

  private boolean isSound(Seen seen) {
    return seen.oldestMs() <= settings.outboxAge().toMillis() && seen.at() >= epochs.lostAt();
  }

  /** Whether nothing vouches for what Redis holds, PostgreSQL being away. */
  boolean isUnverified() {
    Seen seen = last;
    return seen != null
        && seen.at() != seen.verifiedAt()
        && System.nanoTime() - seen.verifiedAt() > settings.lookAge().toNanos();
  }

  /**
   * Before a read that may wait: who was idle looks at PostgreSQL and Redis first, which takes as
   * long as they do, but no longer than a look may.
   */
  void awake() {
    long now = System.nanoTime();
    boolean slept = isIdle(now) && !isYoung(last, now);
    usedAt.set(now);
    if (slept) {
      CompletableFuture<Void> mine = new CompletableFuture<>();
      if (waking.compareAndSet(null, mine)) {
        Thread.ofVirtual().name("look-first").start(() -> wake(mine));
      }
    }
    CompletableFuture<Void> look = waking.get();
    if (look != null) {
      await(look);
    }
  }

  private void wake(CompletableFuture<Void> done) {
    try {
      Future<Void> redisIsThere = redis.verify();
      long now = System.nanoTime();
      if (queryBegan.compareAndSet(0, now)) {
        look(now);
      }
      // when it is not, its connection is lost, and with it the look
      redisIsThere.toCompletionStage().toCompletableFuture().exceptionally(lost -> null).join();
    } finally {
      waking.set(null);
      done.complete(null);
    }
  }

  private void await(CompletableFuture<Void> look) {
    try {
      look.get(PATIENCE, TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      stand();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isYoung(@Nullable Seen seen, long now) {
    return seen != null && now - seen.at() < settings.lookAge().toNanos();
  }

  private boolean isIdle(long now) {
    return now - usedAt.get() > IDLE;
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
    if (now - tickedAt > settings.lookAge().toNanos()) {
      // this process was stopped: what it saw before does not stand
      last = null;
    }
    tickedAt = now;
    if (queryBegan.get() != 0) {
      if (now - queryBegan.get() > PATIENCE) {
        stand();
      }
    } else if (isDue(now) && queryBegan.compareAndSet(0, now)) {
      Thread.ofVirtual().name("look").start(() -> look(now));
    }
    tellMode(now);
    tellOfOutages(now);
  }

  private boolean isDue(long now) {
    Seen seen = last;
    return !isIdle(now)
        || now - lookedAt >= settings.idleLook().toNanos()
        || seen == null
        || !database.answers()
        || !isSound(seen)
        || seen.pending() > 0
        || !bypass.isEmpty();
  }

  private void tellMode(long now) {
    Seen seen = last;
    long standing = standingSince;
    if (seen == null || seen.at() < epochs.lostAt() || !redis.reaches(epochs.number())) {
      mode.unreadable(
          database.answers()
              ? "what Redis holds is being confirmed"
              : "PostgreSQL does not answer: what Redis holds cannot be confirmed");
    } else if (!isSound(seen)) {
      mode.unreadable("waiting for the writes Redis has not heard of");
    } else if (standing != 0 && now - standing > OUTAGE) {
      mode.unverified("PostgreSQL does not answer: nothing vouches for what Redis holds");
    } else if (isYoung(seen, now) || isIdle(now)) {
      mode.readable();
    } else {
      mode.unreadable("PostgreSQL answers too late to vouch for what Redis holds");
    }
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
    lookedAt = at;
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
      last = new Seen(at, at, glance.pending(), glance.oldestMs());
      standingSince = 0;
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
        && now - tickedAt < settings.lookAge().toNanos()
        && now - seen.at() < settings.lookAge().plus(settings.idleLook()).toNanos()
        && seen.at() >= epochs.lostAt()) {
      last = new Seen(now, seen.verifiedAt(), seen.pending(), seen.oldestMs());
      if (standingSince == 0) {
        standingSince = now;
      }
    }
  }
}
