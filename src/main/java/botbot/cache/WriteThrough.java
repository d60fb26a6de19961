package botbot.cache;

import botbot.cache.Entry.Kind;
import botbot.redis.RedisErrorReply;
import botbot.redis.RedisUnavailable;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Publishes committed writes to Redis, or notes that Redis has not confirmed one. */
@Singleton
class WriteThrough {

  /** The write of the method call under way, if it has begun one. */
  static final class Slot {
    private @Nullable Write write;
    private String token = "";

    void begun(Write begun) {
      if (write != null) {
        throw new IllegalStateException("one write a transaction");
      }
      write = begun;
    }

    @Nullable Write write() {
      return write;
    }
  }

  private final ThreadLocal<@Nullable Slot> current = new ThreadLocal<>();
  private final Epochs epochs;
  private final CacheStore store;
  private final Bypass bypass;
  private final Acknowledgements acknowledgements;
  private final DatabaseClock clock;
  private final CacheMeters meters;

  WriteThrough(
      Epochs epochs,
      CacheStore store,
      Bypass bypass,
      Acknowledgements acknowledgements,
      DatabaseClock clock,
      CacheMeters meters) {
    this.epochs = epochs;
    this.store = store;
    this.bypass = bypass;
    this.acknowledgements = acknowledgements;
    this.clock = clock;
    this.meters = meters;
  }

  Slot open() {
    if (current.get() != null) {
      throw new IllegalStateException("a cache write within a cache write");
    }
    Slot slot = new Slot();
    current.set(slot);
    return slot;
  }

  void close() {
    current.remove();
  }

  Slot slot() {
    Slot slot = current.get();
    if (slot == null) {
      throw new IllegalStateException("not within @CacheUpdate or @CacheEvict");
    }
    return slot;
  }

  /** Puts the writer's own lease on the key, replacing any. */
  void lease(Slot slot) {
    Write write = slot.write;
    if (write == null || !onCurrentEpoch(write)) {
      return;
    }
    String token = UUID.randomUUID().toString();
    try {
      if (store.leaseForWrite(keys(write, write.epoch()), token)) {
        slot.token = token;
      }
    } catch (RedisUnavailable | RedisErrorReply e) {
      // the commit goes on; what is published without a lease is only stored over something older
    }
  }

  <V extends Versioned> void publishValue(CacheType<V> type, Slot slot, V value) {
    long expiry = CacheType.expiry(value);
    long ttl = store.timeToLive(Kind.V, expiry);
    publish(slot, type.entry(value, clock.millis() + ttl, 1), ttl);
  }

  void publishDeletion(Slot slot) {
    Write write = slot.write;
    if (write != null) {
      publish(slot, Entry.tombstone(write.version()), store.timeToLive(Kind.T, 0));
    }
  }

  private void publish(Slot slot, Entry entry, long ttl) {
    Write write = slot.write;
    if (write == null) {
      throw new IllegalStateException("a cache write that never began one");
    }
    try {
      if (!onCurrentEpoch(write)) {
        unconfirmed(write);
        return;
      }
      if (write.previousEpoch() != null) {
        // other instances may not have noticed the new epoch yet
        Keys previous = keys(write, write.previousEpoch());
        store.invalidate(write.epoch(), previous, write.version());
      }
      String outcome = store.apply(keys(write, write.epoch()), slot.token, entry, ttl, true);
      meters.write(write.cache(), outcome);
      acknowledgements.add(write.version());
    } catch (RedisUnavailable | RedisErrorReply e) {
      unconfirmed(write);
    }
  }

  /** Puts a later end of life of the same version into the cache: no new version, no outbox row. */
  <V extends Versioned> void publishExtension(CacheType<V> type, String key, V value) {
    Epoch epoch = epochs.current();
    if (epoch == null) {
      return;
    }
    long ttl = store.timeToLive(Kind.V, CacheType.expiry(value));
    Entry entry = type.entry(value, clock.millis() + ttl, 1);
    try {
      String outcome =
          store.apply(Keys.of(type.name(), epoch.number(), key), "", entry, ttl, false);
      meters.write(type.name(), outcome);
    } catch (RedisUnavailable | RedisErrorReply e) {
      // an entry that ends too early is a miss, and PostgreSQL decides
      meters.write(type.name(), "unconfirmed");
    }
  }

  private boolean onCurrentEpoch(Write write) {
    Epoch epoch = epochs.current();
    return epoch != null && epoch.number() == write.epoch();
  }

  private void unconfirmed(Write write) {
    bypass.add(write);
    meters.write(write.cache(), "unconfirmed");
  }

  private static Keys keys(Write write, long epoch) {
    return Keys.of(write.cache(), epoch, write.key());
  }
}
