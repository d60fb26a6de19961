package botbot.cache;

import botbot.cache.Outbox.Glance;
import botbot.database.Connections;
import botbot.http.DatabaseFaults;
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

  /**
   * How PostgreSQL took the last look.
   *
   * @param cause what is wrong with it; empty for nothing
   * @param latency how long that took
   */
  public record Database(boolean answers, boolean writable, String cause, Duration latency) {

    /** Whether it does all that it is needed for. */
    public boolean isWell() {
      return cause.isEmpty();
    }
  }

  /** The cause where it is not reached, or does not answer in time. */
  public static final String AWAY = "PostgreSQL does not answer";

  private static final String READ_ONLY = "PostgreSQL is read-only";

  private final CacheSettings settings;
  private final Outbox outbox;
  private final Epochs epochs;
  private final ServerLives lives;
  private final DatabaseWatch watch;
  private final Connections connections;
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
  private volatile Database database = new Database(false, false, AWAY, Duration.ZERO);
  private volatile long well = System.nanoTime();
  private String told = "";

  Look(
      CacheSettings settings,
      Outbox outbox,
      Epochs epochs,
      ServerLives lives,
      DatabaseWatch watch,
      Connections connections,
      Bypass bypass,
      DatabaseClock clock,
      ModeTracker mode,
      RedisDoor redis,
      CacheMeters meters) {
    this.settings = settings;
    this.outbox = outbox;
    this.epochs = epochs;
    this.lives = lives;
    this.watch = watch;
    this.connections = connections;
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

  /** Nothing is read in a new epoch before a look. */
  void begun(@Observes NewEpoch event) {
    ticks.execute(this::tick);
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
        database = new Database(false, false, AWAY, database.latency());
        stand();
      }
    } else if (isDue(now) && queryBegan.compareAndSet(0, now)) {
      Thread.ofVirtual().name("look").start(() -> look(now));
    }
    tellMode(now);
    tellOfOutages(now, database);
  }

  private boolean isDue(long now) {
    Seen seen = last;
    return !isIdle(now)
        || now - lookedAt >= settings.idleLook().toNanos()
        || seen == null
        || !database.isWell()
        || !isSound(seen)
        || seen.pending() > 0
        || !bypass.isEmpty();
  }

  private void tellMode(long now) {
    Seen seen = last;
    long standing = standingSince;
    if (seen == null || seen.at() < epochs.lostAt() || !redis.reaches(epochs.number())) {
      mode.unreadable(database.isWell() ? "what Redis holds is being confirmed" : database.cause());
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

  private void tellOfOutages(long now, Database seen) {
    if (!seen.isWell() && !seen.cause().equals(told) && now - well > OUTAGE) {
      String refused = seen.answers() ? "writes are refused" : "whatever needs it is refused";
      LOG.warnf("%s: %s", seen.cause(), refused);
      told = seen.cause();
    } else if (seen.isWell() && !told.isEmpty()) {
      LOG.info(
          told.equals(READ_ONLY) ? "PostgreSQL takes writes again" : "PostgreSQL answers again");
      told = "";
    }
  }

  private void look(long at) {
    lookedAt = at;
    try {
      Map<Bypass.Place, Long> bypassed = bypass.snapshot();
      long before = System.currentTimeMillis();
      Glance glance = glance();
      Duration latency = Duration.ofNanos(System.nanoTime() - at);
      if (glance.readOnly()) {
        readOnly(latency);
        if (!glance.server().life().known()) {
          // it can be recognised when it takes writes
          stand();
          return;
        }
      } else {
        writable(latency);
      }
      clock.measured(before, glance.server().now(), System.currentTimeMillis());
      watch.seen(glance.server().life().firstRevision());
      if (glance.epoch() == null) {
        return;
      }
      epochs.seen(glance.epoch());
      last = new Seen(at, at, glance.pending(), glance.oldestMs());
      standingSince = 0;
      if (!bypassed.isEmpty()) {
        bypass.lift(bypassed, glance.pending() == 0 ? Set.of() : outbox.pending(bypassed.values()));
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("PostgreSQL failed a look, the last one stands", e);
      boolean readOnly = DatabaseFaults.isReadOnly(e);
      database = new Database(readOnly, false, DatabaseFaults.cause(e), database.latency());
      stand();
    } finally {
      queryBegan.set(0);
    }
  }

  private void writable(Duration latency) {
    if (database.answers() && !database.writable()) {
      // some were opened while it was read-only, and may remain so
      connections.renew();
    }
    well = System.nanoTime();
    database = new Database(true, true, "", latency);
  }

  private void readOnly(Duration latency) {
    // a connection may be read-only for good: only a new one shows that it is over
    connections.renewNowAndThen();
    database = new Database(true, false, READ_ONLY, latency);
  }

  private Glance glance() throws SQLException {
    Glance glance = outbox.glance(settings.outboxBound());
    if (glance.readOnly() || !lives.seen(glance.server(), epochs.number())) {
      return glance;
    }
    // what there is to see is another now
    outbox.forget();
    connections.renew();
    return outbox.glance(settings.outboxBound());
  }

  /** Renews the last look, if neither this instance nor Redis was away since. */
  private void stand() {
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
