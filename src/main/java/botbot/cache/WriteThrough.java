package botbot.cache;

import botbot.cache.entry.CacheStore;
import botbot.cache.entry.DatabaseClock;
import botbot.cache.entry.Entry;
import botbot.cache.entry.Entry.Kind;
import botbot.cache.entry.EntryNames;
import botbot.cache.freshness.Acknowledgements;
import botbot.cache.freshness.Bypass;
import botbot.cache.freshness.Epoch;
import botbot.cache.freshness.Epochs;
import botbot.cache.freshness.Outbox;
import botbot.http.condition.PreconditionFailed;
import botbot.redis.RedisDoor;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisUnavailable;
import botbot.space.Key;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes committed writes to Redis, or notes that Redis has not confirmed one. Step by step: the
 * interceptor of {@link CacheUpdate} or {@link CacheEvict} opens a slot for its thread. {@link
 * Writes}, {@link WriteGroup} or {@link Deletions} put into it what has begun. Just before the
 * commit each key gets the writer's lease. After it the interceptor publishes what is in the slot.
 * Where the method throws, the row in the outbox is rolled back, and nothing is published. On the
 * short way there is neither interceptor nor slot: {@link WriteGroup} has the leases taken and
 * publishes by {@link #publishAtOnce}.
 */
@Singleton
class WriteThrough {

  /** The writes of the method call under way: one, or the deletions of many keys. */
  static final class Slot {
    private final List<Begun> writes = new ArrayList<>(1);

    /** Takes a write that was committed together with those of other callers. */
    void committed(Begun write) {
      mustBeEmpty();
      writes.add(write);
    }

    private void mustBeEmpty() {
      if (hasBegun()) {
        throw new IllegalStateException("one write a transaction");
      }
    }

    boolean hasBegun() {
      return !writes.isEmpty();
    }
  }

  /** A write, and the lease that it holds. */
  static final class Begun {
    private final Write write;
    private String token = "";

    Begun(Write write) {
      this.write = write;
    }
  }

  /**
   * Of many deletions, how many are on their way to Redis at once: each round trip that a request
   * waits for puts its virtual thread behind as many. A Redis that is far away keeps more of them
   * waiting elsewhere, and so takes more: eight for each millisecond.
   */
  private static final int TOGETHER = 8;

  private static final int MOST_TOGETHER = 200;

  private final ThreadLocal<@Nullable Slot> current = new ThreadLocal<>();
  private final TransactionSynchronizationRegistry transaction;
  private final Epochs epochs;
  private final CacheStore store;
  private final Outbox outbox;
  private final Bypass bypass;
  private final Acknowledgements acknowledgements;
  private final RedisDoor redis;
  private final DatabaseClock clock;
  private final CacheMeters meters;

  WriteThrough(
      TransactionSynchronizationRegistry transaction,
      Epochs epochs,
      CacheStore store,
      Outbox outbox,
      Bypass bypass,
      Acknowledgements acknowledgements,
      RedisDoor redis,
      DatabaseClock clock,
      CacheMeters meters) {
    this.transaction = transaction;
    this.epochs = epochs;
    this.store = store;
    this.outbox = outbox;
    this.bypass = bypass;
    this.acknowledgements = acknowledgements;
    this.redis = redis;
    this.clock = clock;
    this.meters = meters;
  }

  /** Calls a method, which puts what it writes into {@code slot}. */
  <T> T call(Slot slot, Supplier<T> method) {
    if (current.get() != null) {
      throw new IllegalStateException("a cache write within a cache write");
    }
    current.set(slot);
    try {
      return method.get();
    } catch (PreconditionFailed refusal) {
      // its answer tells of the current version
      slot.writes.forEach(begun -> shown(begun.write.cache(), begun.write.key()));
      throw refusal;
    } finally {
      current.remove();
    }
  }

  Slot slot() {
    Slot slot = current.get();
    if (slot == null) {
      throw new IllegalStateException("not within @CacheUpdate or @CacheEvict");
    }
    return slot;
  }

  /** A write has begun, and is the only one of the current transaction. */
  void begun(Slot slot, Write write) {
    slot.mustBeEmpty();
    begun(slot, List.of(write));
  }

  /**
   * Deletions have begun in the current transaction, which may have others. Just before it commits
   * the writer's own lease is put on each key, replacing any.
   */
  void begun(Slot slot, List<Write> writes) {
    if (!slot.hasBegun() && !writes.isEmpty()) {
      leaseBeforeCommit(slot);
    }
    writes.forEach(write -> slot.writes.add(new Begun(write)));
  }

  private void leaseBeforeCommit(Slot slot) {
    transaction.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            // before the commit: a load that read the old row must not fill after it
            forEach(slot.writes, WriteThrough.this::lease);
          }

          @Override
          public void afterCompletion(int status) {
            // the interceptor publishes, outside the transaction
          }
        });
  }

  /** Just before a group commits: puts one lease on each key that it writes, replacing any. */
  void leaseTogether(List<Begun> writes) {
    Map<Key, String> tokens = new LinkedHashMap<>();
    List<EntryNames> leased = new ArrayList<>(writes.size());
    for (Begun one : writes) {
      EntryNames names = names(one.write);
      if (names != null && !tokens.containsKey(one.write.key())) {
        tokens.put(one.write.key(), UUID.randomUUID().toString());
        leased.add(names);
      }
    }
    if (leased.isEmpty()) {
      return;
    }
    try {
      Iterator<Boolean> taken =
          store.leasesForWrites(leased, List.copyOf(tokens.values())).iterator();
      tokens.replaceAll((key, token) -> taken.next() ? token : "");
      writes.forEach(one -> one.token = tokens.getOrDefault(one.write.key(), ""));
    } catch (RedisUnavailable | RedisErrorReply e) {
      // as for one
    }
  }

  private void lease(Begun begun) {
    EntryNames names = names(begun.write);
    if (names == null) {
      return;
    }
    String token = UUID.randomUUID().toString();
    try {
      if (store.leaseForWrite(names, token)) {
        begun.token = token;
      }
    } catch (RedisUnavailable | RedisErrorReply e) {
      // the commit goes on; what is published without a lease is only stored over something older
    }
  }

  <V extends Versioned> void publishValue(CacheType<V> type, Slot slot, V value) {
    long expiry = CacheType.expiry(value);
    long ttl = store.timeToLive(Kind.V, expiry);
    publish(slot.writes.getFirst(), type.entry(value, clock.millis() + ttl, 1), ttl);
  }

  void publishDeletion(Slot slot) {
    forEach(
        slot.writes,
        begun ->
            publish(begun, Entry.tombstone(begun.write.version()), store.timeToLive(Kind.T, 0)));
  }

  /** Many at once travel together. */
  private void forEach(List<Begun> writes, Consumer<Begun> action) {
    if (writes.size() == 1) {
      action.accept(writes.getFirst());
      return;
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long together = TOGETHER * (1 + redis.latency().toMillis());
      Semaphore turns = new Semaphore((int) Math.min(MOST_TOGETHER, together));
      for (Begun write : writes) {
        turns.acquireUninterruptibly();
        threads.execute(
            () -> {
              try {
                action.accept(write);
              } finally {
                turns.release();
              }
            });
      }
    }
  }

  private void publish(Begun begun, Entry entry, long ttl) {
    Write write = begun.write;
    EntryNames names = names(write);
    try {
      if (names == null) {
        unconfirmed(write);
        return;
      }
      EntryNames previous = previous(write);
      if (previous != null && previous.since() != names.since()) {
        // other instances may not have noticed the new epoch yet
        store.invalidate(names.since(), previous, write.version());
      }
      String outcome = store.apply(names, begun.token, entry, ttl, true);
      confirmed(write, outcome);
    } catch (RedisUnavailable | RedisErrorReply e) {
      unconfirmed(write);
    }
  }

  /**
   * As {@link #publishValue}, without blocking; what cannot be done at once goes on elsewhere. The
   * value as its JSON, once Redis knows it or it is noted that it may not. Does not fail.
   */
  <V extends Versioned> Future<Buffer> publishAtOnce(CacheType<V> type, Begun begun, V value) {
    long ttl = store.timeToLive(Kind.V, CacheType.expiry(value));
    Entry entry = type.entry(value, clock.millis() + ttl, 1);
    Write write = begun.write;
    EntryNames names = names(write);
    if (names == null || write.previousEpoch() != null || !CacheStore.isShort(entry)) {
      return publishElsewhere(begun, entry, ttl);
    }
    return store
        .applyAtOnce(names, begun.token, entry, ttl)
        .transform(
            done -> {
              if (done.succeeded()) {
                confirmed(write, done.result());
              } else if (RedisUnavailable.isWorthRetrying(done.cause())) {
                return publishElsewhere(begun, entry, ttl);
              } else {
                unconfirmed(write);
              }
              return Future.succeededFuture(entry.payload());
            });
  }

  private Future<Buffer> publishElsewhere(Begun begun, Entry entry, long ttl) {
    Promise<Buffer> done = Promise.promise();
    Thread.ofVirtual()
        .name("publish")
        .start(
            () -> {
              try {
                publish(begun, entry, ttl);
              } finally {
                done.complete(entry.payload());
              }
            });
    return done.future();
  }

  /** Puts a later end of life of the same version into the cache: no new version, no outbox row. */
  <V extends Versioned> void publishExtension(CacheType<V> type, Key key, V value) {
    Epoch epoch = epochs.current();
    EntryNames names = epoch == null ? null : epoch.names(type.name(), key);
    if (names == null) {
      return;
    }
    long ttl = store.timeToLive(Kind.V, CacheType.expiry(value));
    Entry entry = type.entry(value, clock.millis() + ttl, 1);
    try {
      String outcome = store.apply(names, "", entry, ttl, false);
      meters.write(type.name(), outcome);
    } catch (RedisUnavailable | RedisErrorReply e) {
      // an entry that ends too early is a miss, and PostgreSQL decides
      meters.write(type.name(), "unconfirmed");
    }
  }

  /** The names of what is written, if the current epoch is that of the write. */
  private @Nullable EntryNames names(Write write) {
    epochs.told(write.epoch());
    Epoch epoch = epochs.current();
    return epoch != null && epoch.number() == write.epoch()
        ? epoch.names(write.cache(), write.key())
        : null;
  }

  /** The names in the epoch before, while others may still be reading it. */
  private @Nullable EntryNames previous(Write write) {
    Long number = write.previousEpoch();
    Epoch current = epochs.current();
    if (number == null || current == null) {
      return null;
    }
    Epoch before = epochs.previous();
    return before != null && before.number() == number
        ? before.names(write.cache(), write.key())
        : EntryNames.of(current.deployment(), number, write.cache(), write.key());
  }

  /** A caller is told of the current version of a key, as PostgreSQL has it. */
  void shown(String cache, Key key) {
    try {
      outbox.newestOf(cache, key).ifPresent(version -> bypass.add(cache, key, version));
    } catch (SQLException e) {
      throw new JDBCConnectionException("the outbox cannot be read", e);
    }
  }

  private void confirmed(Write write, String outcome) {
    meters.write(write.cache(), outcome);
    acknowledgements.add(write.version());
  }

  private void unconfirmed(Write write) {
    bypass.add(write.cache(), write.key(), write.version());
    meters.write(write.cache(), "unconfirmed");
  }
}
