package botbot.cache.freshness;

import botbot.cache.entry.DatabaseClock;
import botbot.cache.freshness.Parts.Part;
import botbot.http.DatabaseFaults;
import botbot.redis.connection.ConnectionGate;
import botbot.redis.protocol.HashSlot;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisPart;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
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

  /** A Redis that does not say who it is begins no more than one epoch in so many milliseconds. */
  private static final long LEAST_MS = 10_000;

  private final EpochTable table;
  private final DatabaseClock clock;
  private final MeterRegistry meters;
  private final Event<NewEpoch> changes;
  private final Event<LaterEpoch> told;
  private final AtomicBoolean confirming = new AtomicBoolean();
  private volatile @Nullable Epoch confirmed;
  private volatile @Nullable Epoch previous;
  private final long startedAt = System.nanoTime();
  private final Map<RedisIdentity, Long> lostOf = new ConcurrentHashMap<>();
  private volatile long lostAt = startedAt;
  private final AtomicLong latest = new AtomicLong();

  Epochs(
      EpochTable table,
      DatabaseClock clock,
      MeterRegistry meters,
      Event<NewEpoch> changes,
      Event<LaterEpoch> told) {
    this.table = table;
    this.clock = clock;
    this.meters = meters;
    this.changes = changes;
    this.told = told;
  }

  /** The confirmed epoch, or null if no Redis was confirmed yet. */
  public @Nullable Epoch current() {
    return confirmed;
  }

  /** The number of the current epoch, 0 before the first. */
  @Override
  public long number() {
    Epoch epoch = confirmed;
    return epoch == null ? 0 : epoch.number();
  }

  /**
   * Takes the number of an epoch that PostgreSQL has told a write of. Where it is not the current
   * one yet, nothing is read from Redis until it is: the writer would not see its own write.
   */
  public void told(long number) {
    if (number > latest.get()
        && number > latest.getAndAccumulate(number, Math::max)
        && number > number()) {
      told.fire(new LaterEpoch(number));
    }
  }

  /** The number of the last epoch that this instance was told of, 0 before the first. */
  long latest() {
    return Math.max(latest.get(), number());
  }

  /** Whether the current epoch is the last one that this instance was told of. */
  boolean isLatest() {
    return number() >= latest.get();
  }

  /** When a connection to Redis was last lost, by {@link System#nanoTime}. */
  long lostAt() {
    return lostAt;
  }

  /** The same of a connection to who has the hash slot. */
  long lostAt(int slot) {
    Epoch epoch = confirmed;
    if (epoch == null || epoch.parts().isOne()) {
      return lostAt;
    }
    Part part = epoch.parts().at(slot);
    return part == null ? lostAt : lostOf.getOrDefault(part.primary(), startedAt);
  }

  /** The epoch before the current one, if this instance has known it. */
  public @Nullable Epoch previous() {
    return previous;
  }

  /** The epoch since which entries in this key's hash slot are read; 0 while there is none. */
  public long since(String redisKey) {
    Epoch epoch = confirmed;
    return epoch == null ? 0 : epoch.since(epoch.parts().isOne() ? 0 : HashSlot.of(redisKey));
  }

  @Override
  public boolean admits(RedisIdentity identity) {
    Epoch epoch = confirmed;
    return epoch != null && epoch.parts().has(identity);
  }

  @Override
  public boolean admits(RedisIdentity identity, int slot, long number) {
    Epoch epoch = confirmed;
    Part part = epoch == null ? null : epoch.parts().at(slot);
    return part != null && part.since() == number && part.primary().equals(identity);
  }

  @Override
  public boolean knows(List<RedisPart> parts) {
    Epoch epoch = confirmed;
    return epoch != null && epoch.parts().agreeWith(parts);
  }

  @Override
  public CompletionStage<Long> lastBegun() {
    CompletableFuture<Long> number = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("last-epoch")
        .start(
            () -> {
              try {
                Epoch last = table.last();
                number.complete(last == null ? 0 : last.number());
              } catch (SQLException | RuntimeException e) {
                number.completeExceptionally(e);
              }
            });
    return number;
  }

  @Override
  public void lost(RedisIdentity identity) {
    long now = System.nanoTime();
    lostOf.put(identity, now);
    lostAt = now;
  }

  @Override
  public void present(List<RedisPart> parts) {
    unlessConfirming("confirm-redis", () -> confirm(parts));
  }

  @Override
  public void presentUnnamed(Consumer<String> mark) {
    unlessConfirming("mark-redis", () -> mark(mark));
  }

  /** Does it on a thread of its own, unless another is at it. */
  private void unlessConfirming(String thread, Runnable work) {
    if (confirming.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name(thread)
          .start(
              () -> {
                try {
                  work.run();
                } finally {
                  confirming.set(false);
                }
              });
    }
  }

  /**
   * Begins an epoch, then marks Redis with it: whoever finds the mark, over a connection that is
   * older than the epoch, reads nothing that was there before.
   */
  private void mark(Consumer<String> mark) {
    try {
      Epoch last = table.last();
      if (last != null && clock.millis() - last.number() < LEAST_MS) {
        // its mark is on its way, or else there will be another when it is older
        adopt(last);
        return;
      }
      String fresh = UUID.randomUUID().toString();
      RedisIdentity marked = RedisIdentity.marked(fresh);
      long number = last == null ? 0 : last.number();
      Epoch begun =
          table.start(
              before -> Parts.NONE.after(List.of(RedisPart.all(marked))),
              epoch -> epoch.number() > number,
              "a Redis that does not say who it is was connected anew");
      adopt(begun);
      if (begun.parts().has(marked)) {
        mark.accept(fresh);
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("Redis could not be marked, PostgreSQL does not answer", e);
    }
  }

  private void confirm(List<RedisPart> parts) {
    String cause =
        parts.equals(List.of(RedisPart.all(parts.getFirst().primary())))
            ? "Redis " + parts.getFirst().primary().runId() + " is not the one of the last epoch"
            : "hash slots of Redis have other primaries than in the last epoch";
    try {
      startUnless(before -> before.after(parts), epoch -> epoch.isOf(parts), cause);
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
      startUnless(
          before -> mine.parts().anew(),
          Epoch::ofThisServer,
          "PostgreSQL is not the one of the last epoch");
    } else if (found.number() != mine.number()) {
      adopt(found);
    }
  }

  /** Begins the epoch after the current one; there is nothing to begin before the first. */
  public void startNew(String cause) throws SQLException {
    Epoch last = table.last();
    if (last != null) {
      startUnless(before -> last.parts().anew(), epoch -> epoch.number() > last.number(), cause);
    }
  }

  /** The same, where only those parts of Redis start empty that have one of these hash slots. */
  void startNew(String cause, Set<Integer> slots) throws SQLException {
    Epoch last = table.last();
    if (last != null) {
      startUnless(
          before -> last.parts().anew(slots), epoch -> epoch.number() > last.number(), cause);
    }
  }

  private void startUnless(UnaryOperator<Parts> parts, Predicate<Epoch> known, String cause)
      throws SQLException {
    Epoch last = table.last();
    adopt(last != null && known.test(last) ? last : table.start(parts, known, cause));
  }

  private synchronized void adopt(Epoch epoch) {
    Epoch before = confirmed;
    if (before != null && before.number() > epoch.number()) {
      return;
    }
    confirmed = epoch;
    if (before == null || before.number() != epoch.number()) {
      previous = before;
      meters.counter("botbot.cache.epoch.changes").increment();
      LOG.infof("Cache epoch %d: %s", epoch.number(), epoch.cause());
      changes.fire(new NewEpoch(epoch.number()));
    }
  }
}
