package botbot.cache;

import botbot.database.WatchPool;
import botbot.redis.RedisErrorReply;
import botbot.redis.RedisUnavailable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Replays what writers could not bring to Redis: each instance whose own Redis answers removes the
 * entries that are older than the rows of the outbox, then the rows. Instances share the work by
 * {@code skip locked}.
 */
@Singleton
class Relay {

  private static final Logger LOG = Logger.getLogger(Relay.class);
  private static final int BATCH = 500;

  private final CacheSettings settings;
  private final Outbox outbox;
  private final Epochs epochs;
  private final CacheStore store;
  private final CacheMeters meters;
  private final Look look;
  private final WatchPool watch;
  private final LogOnce refused = new LogOnce(LOG);
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("outbox-relay").daemon().factory());

  Relay(
      CacheSettings settings,
      Outbox outbox,
      Epochs epochs,
      CacheStore store,
      CacheMeters meters,
      Look look,
      WatchPool watch) {
    this.settings = settings;
    this.outbox = outbox;
    this.epochs = epochs;
    this.store = store;
    this.meters = meters;
    this.look = look;
    this.watch = watch;
  }

  void start(@Observes StartupEvent event) {
    long period = settings.look().toMillis();
    ticks.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.MILLISECONDS);
  }

  /** What was written before it need not be replayed, and is what reads wait for. */
  void begun(@Observes NewEpoch event) {
    ticks.execute(this::tick);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  private void tick() {
    try {
      Epoch epoch = epochs.current();
      if (epoch == null || look.pending() == 0) {
        return;
      }
      if (look.pending() > settings.outboxBound()) {
        epochs.startNew("the outbox is longer than " + settings.outboxBound());
        Epoch begun = epochs.current();
        outbox.deleteBefore(begun == null ? epoch.number() : begun.number());
        return;
      }
      int replayed;
      do {
        replayed = watch.inTransaction(connection -> replay(connection, epoch));
      } while (replayed == BATCH);
    } catch (RedisUnavailable e) {
      LOG.debug("The outbox waits for Redis");
    } catch (RedisErrorReply e) {
      refused.warn("relay", "The outbox waits for Redis, which refuses: %s", e.getMessage());
    } catch (SQLException | RuntimeException e) {
      LOG.debug("The outbox waits for PostgreSQL", e);
    }
  }

  private int replay(Connection connection, Epoch epoch) throws SQLException {
    List<Outbox.Row> rows = outbox.due(connection, replayAge(), BATCH);
    List<Long> done = new ArrayList<>(rows.size());
    for (Outbox.Row row : rows) {
      if (row.epoch() == epoch.number()) {
        Keys keys = Keys.of(epoch.deployment(), row.epoch(), row.cache(), row.key());
        store.invalidate(epoch.number(), keys, row.version());
      }
      if (row.epoch() <= epoch.number()) {
        done.add(row.version());
      }
    }
    outbox.delete(connection, done);
    meters.replayed(done.size());
    return done.size();
  }

  /** A writer that is well needs less, counted from the end of a look that has seen its write. */
  private Duration replayAge() {
    return settings.replayAge().plus(look.roundTrip());
  }
}
