package botbot.cache.freshness;

import botbot.cache.entry.CacheSettings;
import botbot.cache.entry.DatabaseClock;
import botbot.cache.freshness.Outbox.Glance;
import botbot.redis.RedisDoor;
import botbot.redis.mode.ModeTracker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at PostgreSQL: has another instance begun an epoch, and is there a write that Redis has not
 * heard of for too long? Who is idle looks seldom, and again before it reads. While PostgreSQL is
 * away the last look stands, though nothing vouches for it: an instance that reaches PostgreSQL may
 * write what Redis does not hear of.
 *
 * <p>Why a read is never staler than promised, however far away PostgreSQL is. A look takes a
 * snapshot and remembers when it was sent. A write leaves the outbox only after Redis has confirmed
 * it. So if a later look finds nothing in the outbox any more that an earlier snapshot shows, Redis
 * knows every write that was committed before the earlier look was sent: call that instant {@code
 * complete}. Redis is read only within {@code look-age}, a second, of it. Whoever reads at t and
 * misses a write therefore misses one that was committed after t less a second, and acknowledged
 * later still. No clock is compared with another, and a write that is merely on its way between its
 * commit and Redis does no harm: it holds {@code complete} back by as long as it takes.
 *
 * <p>With a round trip R, looks are sent each max(200 ms, R). From its commit on a write is in the
 * outbox until the commit was answered and the deletion has come ({@link Acknowledgements} sends it
 * within 25 ms and R / 3): 4/3 R and 25 ms, which at most two looks see. A third tells of it after
 * R, so that {@code complete} is at most three looks and R old: 0.6 s near by, 0.8 s at 200 ms.
 * From about 240 ms on that may be more than a second, and then reads go to PostgreSQL. That is
 * also why an answer is waited for half a second at most before the last look stands: see {@link
 * RoundTrip}.
 *
 * <p>Where Redis does not confirm a write for a quarter of that second and two round trips, its key
 * goes to PostgreSQL, on every instance, until it does: see {@link Bypass}. {@code complete} is
 * then the instant before which Redis has every write but those. So a part of Redis that is away
 * holds nothing back but its own keys.
 */
@Singleton
public class Look {

  private static final Logger LOG = Logger.getLogger(Look.class);

  /** Who has read nothing for this long is idle. */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

  /** Within a few of these a write is confirmed and leaves the outbox. */
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(10);

  /** A look that is under way. */
  private record Query(long began, CompletableFuture<Void> done) {
    static Query now() {
      return new Query(System.nanoTime(), new CompletableFuture<>());
    }
  }

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

  private final CacheSettings settings;
  private final Outbox outbox;
  private final Epochs epochs;
  private final ServerLives lives;
  private final DatabaseWatch watch;
  private final DatabaseHealth health;
  private final Bypass bypass;
  private final DatabaseClock clock;
  private final ReadingMode mode;
  private final RedisDoor redis;
  private final AtomicReference<@Nullable Query> underWay = new AtomicReference<>();
  private final long period;
  private final long lookAge;
  private final AtomicLong usedAt = new AtomicLong(System.nanoTime());
  private final AtomicReference<@Nullable CompletableFuture<Void>> waking = new AtomicReference<>();
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cache-look").daemon().factory());
  private volatile @Nullable Seen last;
  private volatile RoundTrip roundTrip = RoundTrip.UNKNOWN;
  private volatile long lookedAt;
  private volatile long standingSince;
  private volatile long tickedAt = System.nanoTime();

  Look(
      CacheSettings settings,
      Outbox outbox,
      Epochs epochs,
      ServerLives lives,
      DatabaseWatch watch,
      DatabaseHealth health,
      Bypass bypass,
      DatabaseClock clock,
      ModeTracker mode,
      RedisDoor redis,
      MeterRegistry meters) {
    this.settings = settings;
    this.period = settings.look().toNanos();
    this.lookAge = settings.lookAge().toNanos();
    this.outbox = outbox;
    this.epochs = epochs;
    this.lives = lives;
    this.watch = watch;
    this.health = health;
    this.bypass = bypass;
    this.clock = clock;
    this.mode = new ReadingMode(mode, redis, epochs, lookAge);
    this.redis = redis;
    Gauge.builder("botbot.outbox.pending", this, Look::pending)
        .description("Writes Redis may not know yet")
        .register(meters);
    Gauge.builder(
            "botbot.outbox.oldest.age.seconds", this, me -> me.oldestAge().toMillis() / 1000.0)
        .description("Age of the oldest write Redis may not know yet")
        .register(meters);
  }

  void start(@Observes StartupEvent event) {
    ticks.scheduleAtFixedRate(this::tick, 0, period, TimeUnit.NANOSECONDS);
  }

  /** Nothing is read in a new epoch before a look. */
  void begun(@Observes NewEpoch event) {
    ticks.execute(this::tick);
  }

  /** The look goes over to the epoch. */
  void told(@Observes LaterEpoch event) {
    ticks.execute(this::tick);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  /** Whether a hash slot of Redis may be read now. Answers at once. */
  public boolean clean(int slot) {
    Seen seen = last;
    long now = System.nanoTime();
    boolean clean =
        seen != null && seen.vouches(now, lookAge, epochs.lostAt(slot)) && epochs.isLatest();
    if (clean) {
      usedAt.setRelease(now);
    }
    return clean;
  }

  /** Whether nothing vouches for what Redis holds, PostgreSQL being away. */
  public boolean isUnverified() {
    Seen seen = last;
    return seen != null && seen.isUnverified(lookAge);
  }

  /** How long PostgreSQL usually takes to answer. */
  Duration roundTrip() {
    return roundTrip.smoothed();
  }

  /**
   * Before a read that may wait: who was idle looks at PostgreSQL and Redis first, which takes as
   * long as they do, but no longer than a look may. Half the age that a look may have is too much
   * then: should the next one find a write under way, it would vouch for no more than this one, and
   * if PostgreSQL went away right after it, nothing that Redis holds could be served.
   */
  public void awake() {
    long now = System.nanoTime();
    Seen seen = last;
    boolean slept = isIdle(now) && (seen == null || isOld(seen, now));
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
      long end = System.nanoTime() + roundTrip.patience().toNanos();
      lookNow();
      // what was looked at before the sleep is too old; a write under way is over in a moment
      while (isHeldBack() && System.nanoTime() < end) {
        LockSupport.parkNanos(MOMENT);
        lookNow();
      }
      // when it is not, its connection is lost, and with it the look
      redisIsThere.toCompletionStage().toCompletableFuture().exceptionally(lost -> null).join();
    } finally {
      waking.set(null);
      done.complete(null);
    }
  }

  private void lookNow() {
    Query mine = Query.now();
    Query other = underWay.compareAndExchange(null, mine);
    if (other == null) {
      look(mine);
    } else {
      other.done().join();
    }
  }

  /** Whether nothing but writes in the outbox keeps Redis from being read. */
  private boolean isHeldBack() {
    Seen seen = last;
    return seen != null && seen.pending() > 0 && isOld(seen, System.nanoTime());
  }

  private boolean isOld(Seen seen, long now) {
    return !seen.vouches(now, lookAge / 2, epochs.lostAt());
  }

  private void await(CompletableFuture<Void> look) {
    try {
      look.get(roundTrip.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      stand();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isIdle(long now) {
    return now - usedAt.get() > IDLE;
  }

  /** How PostgreSQL took the last look. */
  public Database database() {
    return health.latest();
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
    if (now - tickedAt > lookAge) {
      // this process was stopped: what it saw before does not stand
      last = null;
    }
    tickedAt = now;
    standIfLate();
    Query next = Query.now();
    if (isDue(now) && underWay.compareAndSet(null, next)) {
      Thread.ofVirtual().name("look").start(() -> lookWhileDue(next));
    }
    tellMode();
    health.tell();
  }

  private void tellMode() {
    Seen seen = last;
    long now = System.nanoTime();
    mode.tell(seen, database(), standingSince, seen != null && isAsleep(seen, now), now);
  }

  /** Where answers take longer than the time between two looks, one follows the other. */
  private void lookWhileDue(Query first) {
    Query query = first;
    do {
      if (!ticks.isShutdown()) {
        long patience = roundTrip.patience().toNanos();
        ticks.schedule(this::standIfLate, patience + 1, TimeUnit.NANOSECONDS);
      }
      look(query);
      query = Query.now();
    } while (query.began() - lookedAt >= period
        && isDue(query.began())
        && underWay.compareAndSet(null, query));
  }

  private void standIfLate() {
    Query query = underWay.get();
    if (query != null && System.nanoTime() - query.began() > roundTrip.patience().toNanos()) {
      health.late();
      stand();
    }
  }

  private boolean isDue(long now) {
    Seen seen = last;
    return !isIdle(now)
        || now - lookedAt >= settings.idleLook().toNanos()
        || seen == null
        || !database().isWell()
        || seen.begun() < epochs.lostAt()
        || seen.pending() > 0
        || !bypass.isEmpty();
  }

  /**
   * Whether the last look is old because nobody reads, or nobody did until just now. That it saw
   * writes that others had under way is no trouble.
   */
  private boolean isAsleep(Seen seen, long now) {
    return seen.oldestMs() < settings.lookAge().toMillis() && (isIdle(now) || waking.get() != null);
  }

  private void look(Query query) {
    lookedAt = query.began();
    try {
      Map<Bypass.Place, Long> bypassed = bypass.snapshot();
      Glance glance = glance(bypassed.values());
      // no other glance tells of them, and before what the look vouches for is known
      glance.held().forEach(row -> bypass.add(row.cache(), row.key(), row.version()));
      long after = System.currentTimeMillis();
      Duration latency = Duration.ofNanos(System.nanoTime() - glance.begun());
      health.answered(glance.readOnly(), latency);
      if (glance.readOnly() && !glance.server().life().known()) {
        // it can be recognised when it takes writes
        stand();
        return;
      }
      roundTrip = roundTrip.and(latency);
      clock.measured(
          after - latency.toMillis(), glance.server().now(), after, roundTrip.smoothed());
      watch.seen(glance.server().life().firstRevision());
      if (glance.epoch() == null) {
        return;
      }
      epochs.seen(glance.epoch());
      last =
          new Seen(
              glance.begun(),
              glance.complete(),
              glance.complete(),
              glance.pending(),
              glance.oldestMs());
      standingSince = 0;
      bypass.lift(bypassed, glance.stillThere());
    } catch (SQLException | RuntimeException e) {
      LOG.debug("PostgreSQL failed a look, the last one stands", e);
      health.failed(e);
      stand();
    } finally {
      underWay.set(null);
      // reads go by it from now on, so the mode says so now and not at the next tick
      tellMode();
      query.done().complete(null);
    }
  }

  private Glance glance(Collection<Long> versions) throws SQLException {
    Glance glance = outbox.glance(settings.outboxBound(), patience(), versions);
    if (glance.readOnly() || !lives.seen(glance.server(), epochs.latest())) {
      return glance;
    }
    // what there is to see is another now
    outbox.forget();
    health.replaced();
    return outbox.glance(settings.outboxBound(), patience(), versions);
  }

  /** For so long a write that Redis has not confirmed may merely be under way: see above. */
  private Duration patience() {
    return settings.lookAge().dividedBy(4).plus(roundTrip().multipliedBy(2));
  }

  /** Renews the last look, if it was clean and neither this instance nor Redis was away since. */
  private void stand() {
    Seen seen = last;
    long now = System.nanoTime();
    if (seen != null
        && now - tickedAt < lookAge
        && now - seen.stands() < lookAge + settings.idleLook().toNanos()
        && seen.begun() - seen.complete() < lookAge
        && seen.begun() >= epochs.lostAt()) {
      last = seen.standing(now);
      if (standingSince == 0) {
        standingSince = now;
      }
    }
  }
}
