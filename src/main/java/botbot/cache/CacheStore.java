package botbot.cache;

import botbot.cache.Entry.Kind;
import botbot.http.Fill;
import botbot.redis.GuardedRedis;
import botbot.redis.RedisErrorReply;
import botbot.redis.RedisUnavailable;
import botbot.redis.Script;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The cache's own commands: every one is idempotent, and harmless if it runs late. */
@Singleton
class CacheStore {

  private static final Logger LOG = Logger.getLogger(CacheStore.class);
  private static final Script APPLY = Script.named("cache_apply");
  private static final Script FILL = Script.named("cache_fill");
  private static final Script INVALIDATE = Script.named("cache_invalidate");

  private final GuardedRedis redis;
  private final CacheSettings settings;
  private final DatabaseClock clock;
  private final CacheMeters meters;
  private final LogOnce garbage = new LogOnce(LOG);
  private final LogOnce memory = new LogOnce(LOG);

  CacheStore(GuardedRedis redis, CacheSettings settings, DatabaseClock clock, CacheMeters meters) {
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
  }

  /** The entry, or null for a miss: nothing, something undecodable, or something expired. */
  @Nullable Entry get(String cache, Keys keys) {
    String key = keys.entry();
    Response text;
    try {
      text = redis.send(keys.epoch(), Request.cmd(Command.GET).arg(key));
    } catch (RedisErrorReply reply) {
      if (!reply.isWrongType()) {
        throw reply;
      }
      undecodable(cache, key);
      return null;
    }
    if (text == null) {
      return null;
    }
    Entry entry = Entry.decode(text.toBuffer());
    if (entry == null) {
      undecodable(cache, key);
      return null;
    }
    return hasExpired(entry) ? null : entry;
  }

  /**
   * The entries of several keys of one epoch, in their order, as far as they fill one answer: null
   * for a miss. Nothing at all where Redis cannot be read.
   */
  List<@Nullable Entry> getAll(String cache, List<Keys> keys) {
    long epoch = keys.getFirst().epoch();
    List<@Nullable Response> texts;
    try {
      texts = redis.getAll(epoch, keys.stream().map(Keys::entry).toList(), Fill.MOST);
    } catch (RedisUnavailable | RedisErrorReply e) {
      // each goes its own way, which tells what is wrong
      return List.of();
    }
    List<@Nullable Entry> entries = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Response text = texts.get(i);
      Entry entry = text == null ? null : Entry.decode(text.toBuffer());
      boolean usable = entry != null && keys.get(i).epoch() == epoch && !hasExpired(entry);
      entries.add(usable ? entry : null);
    }
    return entries;
  }

  boolean hasExpired(Entry entry) {
    return entry.expiry() != 0 && entry.expiry() <= clock.millis();
  }

  /**
   * Whether to refresh before the entry expires, the sooner the longer its load takes: XFetch of
   * Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB
   * 2015, with beta = 1.
   */
  boolean isDueEarly(Entry entry) {
    double ahead = -entry.loadMs() * Math.log(1 - ThreadLocalRandom.current().nextDouble());
    return clock.millis() + ahead >= entry.freshUntil();
  }

  void undecodable(String cache, String key) {
    meters.undecodable(cache);
    garbage.warn(
        cache, "Cache entry %s cannot be decoded; it is read from PostgreSQL and repaired", key);
  }

  /** Takes the lease of a load; false if another load or a write holds it. */
  boolean lease(Keys keys, String token) {
    Request request = Request.cmd(Command.SET).arg(keys.lease()).arg(token).arg("NX");
    return acquired(keys, request);
  }

  /** Takes the lease for a write, replacing any. */
  boolean leaseForWrite(Keys keys, String token) {
    return acquired(keys, Request.cmd(Command.SET).arg(keys.lease()).arg(token));
  }

  private boolean acquired(Keys keys, Request request) {
    try {
      return redis.send(keys.epoch(), request.arg("PX").arg(settings.lease().toMillis())) != null;
    } catch (RedisErrorReply reply) {
      if (reply.isOutOfMemory()) {
        outOfMemory();
        return false;
      }
      throw reply;
    }
  }

  /**
   * Fills from a load under its lease: {@code stored}, {@code kept}, {@code refused}, {@code oom}.
   */
  String fill(Keys keys, String token, Entry entry, long timeToLiveMs) {
    return eval(
        FILL,
        keys,
        token,
        String.valueOf(entry.version()),
        String.valueOf(entry.expiry()),
        entry.encode(),
        String.valueOf(timeToLiveMs));
  }

  /** Publishes a committed write: {@code stored}, {@code kept}, {@code none} or {@code oom}. */
  String apply(Keys keys, String token, Entry entry, long timeToLiveMs, boolean endLease) {
    return eval(
        APPLY,
        keys,
        token,
        String.valueOf(entry.version()),
        String.valueOf(entry.expiry()),
        entry.encode(),
        String.valueOf(timeToLiveMs),
        endLease ? "1" : "0");
  }

  /**
   * Removes what is older than {@code version}, and ends any lease, while {@code epoch} is in
   * force; the keys may be of the one before.
   */
  void invalidate(long epoch, Keys keys, long version) {
    List<String> names = List.of(keys.entry(), keys.lease());
    redis.eval(epoch, INVALIDATE, names, List.of(String.valueOf(version)));
  }

  private String eval(Script script, Keys keys, String... args) {
    List<String> names = List.of(keys.entry(), keys.lease());
    Response reply = redis.eval(keys.epoch(), script, names, List.of(args));
    String outcome = String.valueOf(reply);
    if (outcome.equals("oom")) {
      outOfMemory();
    }
    return outcome;
  }

  private void outOfMemory() {
    meters.outOfMemory();
    memory.warn(
        "oom",
        "Redis is out of memory and refuses writes (%s); cache entries are dropped instead",
        "OOM");
  }

  /** How long to keep an entry, in milliseconds: jittered, and not beyond its end of life. */
  long timeToLive(Kind kind, long expiry) {
    Duration whole = kind == Kind.V ? settings.ttl() : settings.negativeTtl();
    long ttl = whole.toMillis();
    long jittered = ttl - ThreadLocalRandom.current().nextLong(ttl / 10 + 1);
    return expiry == 0 ? jittered : Math.max(1, Math.min(jittered, expiry - clock.millis()));
  }
}
