package botbot.cache.freshness;

import botbot.cache.entry.CacheSettings;
import botbot.cache.entry.CacheStore;
import botbot.cache.entry.EntryNames;
import botbot.cache.entry.LogOnce;
import botbot.cache.freshness.Outbox.Row;
import botbot.database.WatchPool;
import botbot.redis.RedisDoor;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisUnavailable;
import botbot.redis.protocol.RedisUnavailable.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Replays what writers could not bring to Redis: each instance whose own Redis answers removes the
 * entries that are older than the rows of the outbox, then the rows. Instances share the work by
 * {@code skip locked}.
 */
@Singleton
class Relay {

  private static final Logger LOG = Logger.getLogger(Relay.class);
  private static final int BATCH = 500;

  /** So many that wait for their deadline are enough of one turn: others wait for the rows. */
  private static final int LATE = 3;

  private final CacheSettings settings;
  private final Outbox outbox;
  private final Epochs epochs;
  private final CacheStore store;
  private final MeterRegistry meters;
  private final Look look;
  private final RedisDoor redis;
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
      MeterRegistry meters,
      Look look,
      RedisDoor redis,
      WatchPool watch) {
    this.settings = settings;
    this.outbox = outbox;
    this.epochs = epochs;
    this.store = store;
    this.meters = meters;
    this.look = look;
    this.redis = redis;
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
        startEmpty(epoch);
        return;
      }
      if (!redis.available()) {
        return;
      }
      replay(epoch);
    } catch (SQLException | RuntimeException e) {
      LOG.debug("The outbox waits for PostgreSQL", e);
    }
  }

  /**
   * Has nothing read any more that the writes in the outbox would change: of a cluster, in the
   * parts that they are of. Those writes need not be replayed then.
   */
  private void startEmpty(Epoch epoch) throws SQLException {
    String cause = "the outbox is longer than " + settings.outboxBound();
    if (epoch.parts().isOne()) {
      epochs.startNew(cause);
      Epoch begun = epochs.current();
      outbox.deleteBefore(begun == null ? epoch.number() : begun.number());
      return;
    }
    Set<Integer> slots = new HashSet<>();
    for (Row row : watch.query(connection -> outbox.due(connection, replayAge(), null, BATCH))) {
      int slot = epoch.slot(row.key());
      if (row.epoch() >= epoch.since(slot)) {
        slots.add(slot);
      }
    }
    if (slots.isEmpty()) {
      replay(epoch);
    } else {
      epochs.startNew(cause, slots);
    }
  }

  private void replay(Epoch epoch) throws SQLException {
    Row last = null;
    do {
      Row before = last;
      last = watch.inTransaction(connection -> replay(connection, epoch, before));
    } while (last != null);
  }

  /** Replays the rows after {@code before}; the last of them, or null if there are no more. */
  private @Nullable Row replay(Connection connection, Epoch epoch, @Nullable Row before)
      throws SQLException {
    List<Row> rows = outbox.due(connection, replayAge(), before, BATCH);
    List<Long> done = new ArrayList<>(rows.size());
    int late = 0;
    for (Row row : rows) {
      try {
        if (late < LATE && replay(epoch, row)) {
          done.add(row.version());
        }
      } catch (RedisUnavailable e) {
        // where it is known to be away that is told at once
        late += e.reason() == Reason.LATE ? 1 : 0;
        LOG.debugf("The outbox waits for Redis: %s", e.reason());
      } catch (RedisErrorReply e) {
        refused.warn("relay", "The outbox waits for Redis, which refuses: %s", e.getMessage());
      }
    }
    outbox.delete(connection, done);
    meters.counter("botbot.outbox.replayed").increment(done.size());
    return rows.size() < BATCH || late == LATE ? null : rows.getLast();
  }

  /** Whether Redis knows the write now, or nothing is read any more that could be older. */
  private boolean replay(Epoch epoch, Row row) {
    EntryNames names = epoch.names(row.cache(), row.key());
    if (names == null || row.epoch() > epoch.number()) {
      return false;
    }
    if (row.epoch() >= names.since()) {
      store.invalidate(names.since(), names, row.version());
    }
    return true;
  }

  /** A writer that is well needs less, counted from the end of a look that has seen its write. */
  private Duration replayAge() {
    return settings.replayAge().plus(look.roundTrip());
  }
}
