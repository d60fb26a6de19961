package botbot.cache;

import botbot.cache.CacheStatus.Outcome;
import botbot.cache.WriteGroup.Stored;
import botbot.cache.entry.CacheStore;
import botbot.cache.entry.DatabaseClock;
import botbot.cache.entry.Entry;
import botbot.cache.entry.Entry.Kind;
import botbot.cache.entry.EntryNames;
import botbot.http.condition.EntityTags;
import botbot.http.problem.ProblemException;
import botbot.redis.RedisDoor;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisUnavailable;
import botbot.space.Key;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.core.EntityTag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads of what Redis holds, past the {@link Cached} methods: shown on the event loop as the JSON
 * that stands there, or as the base of a change. Whatever is not a plain hit goes the long way,
 * through such a method.
 */
@Singleton
public class Hits {

  /** A value as its JSON, with its entity tag, and how it was come by. */
  public record Hit(EntityTag tag, Buffer json, Outcome outcome) {

    /** What {@code Cache-Status} says of it. */
    public String cacheStatus() {
      return outcome.field();
    }
  }

  /** Values of several keys as their JSON, in the order asked, and how they were come by. */
  public record Several(List<Buffer> json, Outcome outcome) {

    /** What {@code Cache-Status} says of them. */
    public String cacheStatus() {
      return outcome.field();
    }
  }

  /** What is longer is read elsewhere: an event loop has others to serve. 512 KiB. */
  private static final long LONGEST = 512 << 10;

  /** The short way of one cache. */
  public final class Way<V extends Versioned> {
    private final CacheType<V> type;

    private Way(CacheType<V> type) {
      this.type = type;
    }

    /**
     * The value of a key if it can be shown as it stands in Redis, else null: whoever gets that
     * takes the long way. Does not fail, and does not block; completes on any thread.
     */
    public Future<@Nullable Hit> hit(Key key) {
      EntryNames names = reads.readable(type.name(), key);
      return names == null
          ? Future.succeededFuture()
          : redis.getGated(names.since(), names.entry()).map(this::hit).otherwise(cause -> null);
    }

    /**
     * The values of several keys, without those that Redis knows to have none, if all of that can
     * be told as it stands in Redis; else null. As {@link #hit} otherwise.
     */
    public Future<@Nullable Several> several(List<Key> keys) {
      List<EntryNames> readable = new ArrayList<>(keys.size());
      for (Key key : keys) {
        EntryNames names = reads.readable(type.name(), key);
        if (names == null) {
          return Future.succeededFuture();
        }
        readable.add(names);
      }
      return store
          .getAllAtOnce(readable, LONGEST)
          .map(entries -> entries.size() < keys.size() ? null : shown(entries));
    }

    /**
     * What Redis holds of those keys, in one round trip, as far as it fills one answer: values, and
     * that there is none. Keys which are not in the result go the long way. Blocks.
     */
    public Map<Key, Optional<V>> known(List<Key> keys) {
      reads.awake();
      Map<Key, EntryNames> readable = new LinkedHashMap<>();
      keys.forEach(
          key -> {
            EntryNames names = reads.readable(type.name(), key);
            if (names != null) {
              readable.put(key, names);
            }
          });
      Map<Key, Optional<V>> known = new HashMap<>();
      if (!readable.isEmpty()) {
        Iterator<Key> read = readable.keySet().iterator();
        for (Entry entry : store.getAll(type.name(), List.copyOf(readable.values()))) {
          Key key = read.next();
          if (entry != null) {
            learn(known, key, entry);
          }
        }
      }
      return known;
    }

    /**
     * The value of a key as Redis holds it, for a write that stores what it makes of that only
     * where it is still current. Blocks; counts as no read.
     */
    public Optional<V> held(Key key) {
      reads.awake();
      EntryNames names = reads.readable(type.name(), key);
      if (names == null) {
        return Optional.empty();
      }
      try {
        Entry entry = store.get(type.name(), names);
        return entry == null || entry.kind() != Kind.V
            ? Optional.empty()
            : Optional.ofNullable(value(entry));
      } catch (RedisUnavailable | RedisErrorReply e) {
        // the write goes the way of one whose value is not held
        return Optional.empty();
      }
    }

    /**
     * Changes the value of a key as Redis holds it, for event loops. Null where none is held, or
     * where the change is refused: whoever gets that takes the long way. Does not block.
     *
     * @param change stores what it makes of a value only where that is still current
     */
    public Future<@Nullable Stored> changeAtOnce(
        Key key, Function<V, Future<@Nullable Stored>> change) {
      return heldAtOnce(key)
          .compose(
              held -> {
                try {
                  return held == null ? Future.succeededFuture() : change.apply(held);
                } catch (ProblemException | ConstraintViolationException refused) {
                  return Future.succeededFuture();
                }
              });
    }

    /** As {@link #held}, if that can be told at once. Does not fail, and does not block. */
    private Future<@Nullable V> heldAtOnce(Key key) {
      EntryNames names = reads.readable(type.name(), key);
      return names == null
          ? Future.succeededFuture()
          : redis
              .getGated(names.since(), names.entry())
              .map(this::inFull)
              .<@Nullable V>map(entry -> entry == null ? null : type.value(entry))
              .otherwise(cause -> null);
    }

    private @Nullable V value(Entry entry) {
      return store.isDueEarly(entry) ? null : type.value(entry);
    }

    private void learn(Map<Key, Optional<V>> known, Key key, Entry entry) {
      if (entry.kind() == Kind.V) {
        V value = value(entry);
        if (value == null) {
          return;
        }
        known.put(key, Optional.of(value));
      } else {
        known.put(key, Optional.empty());
      }
      meters.read(type.name(), reads.hit());
      status.note(reads.hit());
    }

    private @Nullable Several shown(List<@Nullable Entry> entries) {
      List<Buffer> values = new ArrayList<>(entries.size());
      for (Entry entry : entries) {
        if (entry == null || entry.kind() == Kind.V && !canBeShown(entry)) {
          return null;
        }
        if (entry.kind() == Kind.V) {
          values.add(entry.payload());
        }
      }
      Outcome outcome = reads.hit();
      entries.forEach(entry -> meters.read(type.name(), outcome));
      return new Several(values, outcome);
    }

    private @Nullable Hit hit(@Nullable Response text) {
      Entry entry = inFull(text);
      if (entry == null || mustBeWrittenDown(entry)) {
        return null;
      }
      Outcome outcome = reads.hit();
      meters.read(type.name(), outcome);
      return new Hit(EntityTags.of(entry.version()), entry.payload(), outcome);
    }

    /** The entry of a value that is current and stands in it, else null. */
    private @Nullable Entry inFull(@Nullable Response text) {
      Entry entry = text == null ? null : Entry.decode(text.toBuffer());
      return entry == null || entry.kind() != Kind.V || store.hasExpired(entry) || !isCurrent(entry)
          ? null
          : entry;
    }

    private boolean isCurrent(Entry value) {
      return type.isOfThisSchema(value) && !store.isDueEarly(value);
    }

    private boolean canBeShown(Entry value) {
      return isCurrent(value) && !mustBeWrittenDown(value);
    }

    private boolean mustBeWrittenDown(Entry entry) {
      return entry.accessUntil() != 0 && entry.accessUntil() < clock.millis();
    }
  }

  private final CacheTypes types;
  private final ReadThrough reads;
  private final CacheStore store;
  private final RedisDoor redis;
  private final DatabaseClock clock;
  private final CacheMeters meters;
  private final CacheStatus status;

  Hits(
      CacheTypes types,
      ReadThrough reads,
      CacheStore store,
      RedisDoor redis,
      DatabaseClock clock,
      CacheMeters meters,
      CacheStatus status) {
    this.types = types;
    this.reads = reads;
    this.store = store;
    this.redis = redis;
    this.clock = clock;
    this.meters = meters;
    this.status = status;
  }

  /** The short way of a cache whose values are shown to callers as they are cached. */
  public <V extends Versioned> Way<V> of(String cache, Class<V> type) {
    return new Way<>(types.of(cache, type));
  }
}
