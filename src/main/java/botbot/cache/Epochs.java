package botbot.cache;

import botbot.http.DatabaseFaults;
import botbot.redis.ConnectionGate;
import botbot.redis.RedisIdentity;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The epoch of the cache. Redis and PostgreSQL are recorded with it; where either is another than
 * recorded, a new epoch begins and with it an empty cache, since what Redis holds may be older than
 * what was acknowledged.
 */
@Singleton
public class Epochs implements ConnectionGate {

  private static final Logger LOG = Logger.getLogger(Epochs.class);

  private final EpochTable table;
  private final CacheMeters meters;
  private final Event<NewEpoch> changes;
  private final AtomicBoolean confirming = new AtomicBoolean();
  private volatile @Nullable Epoch confirmed;
  private volatile long lostAt = System.nanoTime();

  Epochs(EpochTable table, CacheMeters meters, Event<NewEpoch> changes) {
    this.table = table;
    this.meters = meters;
    this.changes = changes;
  }

  /** The confirmed epoch, or null if no Redis was confirmed yet. */
  @Nullable Epoch current() {
    return confirmed;
  }

  /** The number of the current epoch, 0 before the first. */
  public long number() {
    Epoch epoch = confirmed;
    return epoch == null ? 0 : epoch.number();
  }

  /** When a connection to Redis was last lost, by {@link System#nanoTime}. */
  long lostAt() {
    return lostAt;
  }

  @Override
  public boolean admits(RedisIdentity identity) {
    Epoch epoch = confirmed;
    return epoch != null && identity.equals(epoch.redis());
  }

  @Override
  public boolean admits(RedisIdentity identity, long number) {
    Epoch epoch = confirmed;
    return epoch != null && epoch.number() == number && identity.equals(epoch.redis());
  }

  @Override
  public void lost() {
    lostAt = System.nanoTime();
  }

  @Override
  public void present(RedisIdentity identity) {
    if (confirming.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("confirm-redis")
          .start(
              () -> {
                try {
                  confirm(identity);
                } finally {
                  confirming.set(false);
                }
              });
    }
  }

  private void confirm(RedisIdentity identity) {
    try {
      startUnless(
          identity,
          epoch -> epoch.redis().equals(identity) && epoch.ofThisServer(),
          "Redis " + identity.runId() + " is not the one of the last epoch");
    } catch (SQLException | RuntimeException e) {
      // asked again with the next probe; until then nothing is read from Redis, and the look tells
      // of what is wrong with PostgreSQL
      LOG.debugf(e, "Redis could not be confirmed: %s", DatabaseFaults.cause(e));
    }
  }

  /** Takes over what a look found in PostgreSQL: another instance may have begun an epoch. */
  void seen(Epoch found) throws SQLException {
    Epoch mine = confirmed;
    if (mine == null) {
      return;
    }
    if (!found.ofThisServer()) {
      startUnless(mine.redis(), Epoch::ofThisServer, "PostgreSQL is not the one of the last epoch");
    } else if (found.number() != mine.number()) {
      adopt(found);
    }
  }

  /** Begins the epoch after the current one; there is nothing to begin before the first. */
  public void startNew(String cause) throws SQLException {
    Epoch last = table.last();
    if (last != null) {
      startUnless(last.redis(), epoch -> epoch.number() > last.number(), cause);
    }
  }

  private void startUnless(RedisIdentity redis, Predicate<Epoch> known, String cause)
      throws SQLException {
    Epoch last = table.last();
    adopt(last != null && known.test(last) ? last : table.start(redis, known, cause));
  }

  private synchronized void adopt(Epoch epoch) {
    Epoch before = confirmed;
    if (before != null && before.number() > epoch.number()) {
      return;
    }
    confirmed = epoch;
    if (before == null || before.number() != epoch.number()) {
      meters.epochChanged();
      LOG.infof("Cache epoch %d: %s", epoch.number(), epoch.cause());
      changes.fire(new NewEpoch(epoch.number()));
    }
  }
}
