package botbot.cache;

import botbot.cache.CacheStatus.Outcome;
import botbot.cache.entry.CacheStore;
import botbot.cache.entry.DatabaseClock;
import botbot.cache.entry.Entry;
import botbot.cache.entry.Entry.Kind;
import botbot.cache.entry.EntryNames;
import botbot.cache.freshness.Bypass;
import botbot.cache.freshness.Epoch;
import botbot.cache.freshness.Epochs;
import botbot.cache.freshness.Look;
import botbot.cache.queue.Bulkhead;
import botbot.cache.queue.Load;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisUnavailable;
import botbot.space.Key;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads through Redis to PostgreSQL. */
@Singleton
class ReadThrough {

  /** The longest that a read waits for the load of another instance, in nanoseconds. */
  private static final long OTHERS_LOAD = TimeUnit.MILLISECONDS.toNanos(50);

  private final Look look;
  private final Epochs epochs;
  private final Bypass bypass;
  private final CacheStore store;
  private final Bulkhead bulkhead;
  private final DatabaseClock clock;
  private final CacheMeters meters;
  private final ConcurrentHashMap<Flight, Load<?>> loads = new ConcurrentHashMap<>();

  ReadThrough(
      Look look,
      Epochs epochs,
      Bypass bypass,
      CacheStore store,
      Bulkhead bulkhead,
      DatabaseClock clock,
      CacheMeters meters) {
    this.look = look;
    this.epochs = epochs;
    this.bypass = bypass;
    this.store = store;
    this.bulkhead = bulkhead;
    this.clock = clock;
    this.meters = meters;
  }

  /** What loads are shared by. */
  private record Flight(String cache, Key key) {}

  /** A value and how it was come by. */
  record Read<V>(Optional<V> value, Outcome outcome) {}

  <V extends Versioned> Read<V> read(CacheType<V> type, Key key, Supplier<Optional<V>> loader) {
    Read<V> read = readUncounted(type, key, loader);
    meters.read(type.name(), read.outcome());
    return read;
  }

  private <V extends Versioned> Read<V> readUncounted(
      CacheType<V> type, Key key, Supplier<Optional<V>> loader) {
    look.awake();
    long arrival = System.nanoTime();
    boolean trustRedis = true;
    while (true) {
      EntryNames names = trustRedis ? readable(type.name(), key) : null;
      if (names != null) {
        try {
          Read<V> held = fromRedis(type, names, key, loader);
          if (held != null) {
            return held;
          }
        } catch (RedisUnavailable | RedisErrorReply e) {
          names = null;
        }
      }
      trustRedis = names != null;
      Load<V> mine = new Load<>();
      Load<V> other = join(new Flight(type.name(), key), mine);
      if (other == null) {
        return lead(mine, type, names, key, loader);
      }
      Optional<V> loaded = other.await();
      if (other.serves(arrival, trustRedis)) {
        return new Read<>(loaded, trustRedis ? Outcome.COLLAPSED : Outcome.BYPASS);
      }
    }
  }

  /** Before reads that may block: looks again, if this instance was idle. */
  void awake() {
    look.awake();
  }

  /** How a hit is to be called now: unverified while nothing vouches for Redis. */
  Outcome hit() {
    return look.isUnverified() ? Outcome.UNVERIFIED : Outcome.HIT;
  }

  /** The names under which Redis may be read for this key now, or null. */
  @Nullable EntryNames readable(String cache, Key key) {
    Epoch epoch = epochs.current();
    return epoch == null || !look.clean(epoch.slot(key)) || bypass.covers(cache, key)
        ? null
        : epoch.names(cache, key);
  }

  private <V extends Versioned> @Nullable Read<V> fromRedis(
      CacheType<V> type, EntryNames names, Key key, Supplier<Optional<V>> loader) {
    Entry entry = store.get(type.name(), names);
    if (entry == null) {
      return null;
    }
    if (entry.kind() != Kind.V) {
      return new Read<>(Optional.empty(), hit());
    }
    V value = type.value(entry);
    if (value == null) {
      store.undecodable(type.name(), names.entry());
      return null;
    }
    if (store.isDueEarly(entry)) {
      refresh(type, names, key, loader);
    }
    return new Read<>(Optional.of(value), hit());
  }

  private <V extends Versioned> void refresh(
      CacheType<V> type, EntryNames names, Key key, Supplier<Optional<V>> loader) {
    Load<V> mine = new Load<>();
    if (join(new Flight(type.name(), key), mine) == null) {
      meters.refreshedEarly(type.name());
      Thread.ofVirtual().name("cache-refresh").start(() -> lead(mine, type, names, key, loader));
    }
  }

  @SuppressWarnings("unchecked") // a key has loads of one type only
  private <V> @Nullable Load<V> join(Flight flight, Load<V> mine) {
    return (Load<V>) loads.putIfAbsent(flight, mine);
  }

  private <V extends Versioned> Read<V> lead(
      Load<V> load,
      CacheType<V> type,
      @Nullable EntryNames names,
      Key key,
      Supplier<Optional<V>> loader) {
    try {
      String token = names == null ? null : lease(type.name(), names);
      if (names != null && token == null) {
        Entry filled = awaitFill(load, type, names);
        if (filled != null) {
          Optional<V> value = Optional.ofNullable(type.value(filled));
          load.complete(value);
          return new Read<>(value, Outcome.COLLAPSED);
        }
      }
      Loaded<V> loaded = bulkhead.run(() -> Loaded.from(loader, load));
      Outcome outcome = names == null ? Outcome.BYPASS : Outcome.MISS;
      if (names != null && token != null && fill(load, type, names, token, loaded)) {
        outcome = Outcome.STORED;
      }
      if (names == null) {
        // what is shown is not taken back: it may still be on its way to Redis
        loaded.value().ifPresent(value -> bypass.add(type.name(), key, value.version()));
      }
      load.complete(loaded.value());
      return new Read<>(loaded.value(), outcome);
    } catch (RuntimeException | Error e) {
      load.fail(e);
      throw e;
    } finally {
      loads.remove(new Flight(type.name(), key), load);
    }
  }

  private record Loaded<V>(Optional<V> value, long tookMs) {
    static <V> Loaded<V> from(Supplier<Optional<V>> loader, Load<V> load) {
      load.readBegins();
      long start = System.nanoTime();
      Optional<V> value = loader.get();
      return new Loaded<>(value, (System.nanoTime() - start) / 1_000_000);
    }
  }

  private @Nullable String lease(String cache, EntryNames names) {
    String token = UUID.randomUUID().toString();
    try {
      if (store.lease(names, token)) {
        return token;
      }
    } catch (RedisUnavailable | RedisErrorReply e) {
      // the load goes on; it will just not fill
    }
    meters.leaseRefused(cache);
    return null;
  }

  /** Another instance holds the lease: what it loads is waited for, but not for long. */
  private <V extends Versioned> @Nullable Entry awaitFill(
      Load<V> load, CacheType<V> type, EntryNames names) {
    long end = System.nanoTime() + OTHERS_LOAD;
    try {
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(OTHERS_LOAD / 10);
        load.readBegins();
        Entry entry = store.get(type.name(), names);
        if (entry != null && (entry.kind() != Kind.V || type.value(entry) != null)) {
          return entry;
        }
      }
    } catch (RedisUnavailable | RedisErrorReply e) {
      // the load goes on without Redis
    }
    return null;
  }

  private <V extends Versioned> boolean fill(
      Load<V> load, CacheType<V> type, EntryNames names, String token, Loaded<V> loaded) {
    Kind kind = loaded.value().isPresent() ? Kind.V : Kind.N;
    long ttl = store.timeToLive(kind, loaded.value().map(CacheType::expiry).orElse(0L));
    Entry entry =
        loaded
            .value()
            .map(value -> type.entry(value, clock.millis() + ttl, loaded.tookMs()))
            .orElseGet(Entry::negative);
    load.fillBegins();
    String outcome;
    try {
      outcome = store.fill(names, token, entry, ttl);
    } catch (RedisUnavailable | RedisErrorReply e) {
      outcome = "failed";
    }
    meters.fill(type.name(), outcome);
    if (outcome.equals("stored") || outcome.equals("kept")) {
      load.filled();
    }
    return outcome.equals("stored");
  }
}
