package botbot.cache.freshness;

import botbot.cache.freshness.Look.Database;
import botbot.redis.RedisDoor;
import botbot.redis.mode.ModeTracker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells the mode whether the cache reads from Redis, and if not, why. For one thread. */
final class ReadingMode {

  /** For so long Redis may go unread before the mode tells of it: such a lapse is no trouble. */
  private static final long LAPSE = TimeUnit.MILLISECONDS.toNanos(500);

  /** For how long the last look may stand before the mode tells of it. */
  private static final long STANDS = TimeUnit.SECONDS.toNanos(1);

  private final ModeTracker mode;
  private final RedisDoor redis;
  private final Epochs epochs;
  private final long lookAge;
  private long confirmedAt = System.nanoTime() - LAPSE;

  ReadingMode(ModeTracker mode, RedisDoor redis, Epochs epochs, long lookAge) {
    this.mode = mode;
    this.redis = redis;
    this.epochs = epochs;
    this.lookAge = lookAge;
  }

  /**
   * Instants are {@link System#nanoTime}.
   *
   * @param seen by the last look; null before the first
   * @param database how PostgreSQL took it
   * @param standingSince when it was first said to stand; 0 where another was answered since
   * @param asleep whether it is old for want of readers alone
   */
  synchronized void tell(
      @Nullable Seen seen, Database database, long standingSince, boolean asleep, long now) {
    boolean confirmed = redis.isConfirmed();
    confirmedAt = confirmed ? now : confirmedAt;
    // slots of a cluster may move from one to another without anybody's noticing
    boolean unconfirmed = !confirmed && (!redis.isCluster() || now - confirmedAt > LAPSE);
    if (seen == null || seen.begun() < epochs.lostAt() || unconfirmed) {
      if (database.isWell()) {
        mode.unconfirmed();
      } else {
        mode.unreadable(database.cause());
      }
    } else if (standingSince != 0 && now - standingSince > STANDS) {
      mode.unverified("PostgreSQL does not answer: nothing vouches for what Redis holds");
    } else if (now - seen.stands() < lookAge + LAPSE || asleep) {
      mode.readable();
    } else if (!database.isWell()) {
      mode.unreadable(database.cause());
    } else if (seen.pending() > 0) {
      mode.unreadable("waiting for the writes Redis has not heard of");
    } else {
      mode.unreadable("PostgreSQL answers too late to vouch for what Redis holds");
    }
  }
}
