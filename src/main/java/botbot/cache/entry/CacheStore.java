package botbot.cache.entry;

import botbot.cache.entry.Entry.Kind;
import botbot.http.page.Fill;
import botbot.redis.GuardedRedis;
import botbot.redis.GuardedRedis.Gated;
import botbot.redis.RedisDoor;
import botbot.redis.Script;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisUnavailable;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The cache's own commands: every one is idempotent, and harmless if it runs late. */
@Singleton
public class CacheStore {

  private static final Logger LOG = Logger.getLogger(CacheStore.class);
  private static final Script APPLY = Script.named("cache_apply");
  private static final Script FILL = Script.named("cache_fill");
  private static final Script LEASES = Script.named("cache_leases");
  private static final Script INVALIDATE = Script.named("cache_invalidate");
  private static final String OUT_OF_MEMORY = "oom";

  private final GuardedRedis redis;
  private final RedisDoor door;
  private final CacheSettings settings;
  private final DatabaseClock clock;
  private final MeterRegistry meters;
  private final Payloads payloads;
  private final LogOnce garbage = new LogOnce(LOG);
  private final LogOnce memory = new LogOnce(LOG);

  CacheStore(
      GuardedRedis redis,
      RedisDoor door,
      CacheSettings settings,
      DatabaseClock clock,
      MeterRegistry meters) {
    this.redis = redis;
    this.door = door;
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
    this.payloads = new Payloads(redis);
  }

  /** The entry, or null for a miss: nothing, something undecodable, or something expired. */
  public @Nullable Entry get(String cache, Keys keys) {
    String key = keys.entry();
    Response text;
    try {
      text = redis.send(keys.since(), key, Request.cmd(Command.GET).arg(key));
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
    return hasExpired(entry) ? null : whole(keys, entry);
  }

  /** The entry with its payload; null if that was replaced meanwhile or is gone. */
  private @Nullable Entry whole(Keys keys, Entry entry) {
    String token = entry.token();
    if (token == null) {
      return entry;
    }
    Buffer payload = payloads.read(keys, token);
    return payload == null ? null : entry.with(payload);
  }

  /**
   * The entries of several keys of one epoch, in their order, as far as they fill one answer: null
   * for a miss, and for what is too long. Nothing at all where Redis cannot be read.
   */
  public List<@Nullable Entry> getAll(String cache, List<Keys> keys) {
    long epoch = keys.getFirst().since();
    List<@Nullable Response> texts;
    try {
      texts = redis.getAll(epoch, keys.stream().map(Keys::entry).toList(), Fill.MOST);
    } catch (RedisUnavailable | RedisErrorReply e) {
      // each goes its own way, which tells what is wrong
      return List.of();
    }
    return entries(epoch, keys, texts);
  }

  /**
   * As {@link #getAll}, if those that are not too long can be told without waiting for others;
   * else, and where Redis cannot be read, nothing at all. Does not fail; completes on any thread.
   *
   * @param bytes the most that is read
   */
  public Future<List<@Nullable Entry>> getAllAtOnce(List<Keys> keys, long bytes) {
    long epoch = keys.getFirst().since();
    return redis
        .getAllAtOnce(epoch, keys.stream().map(Keys::entry).toList(), bytes)
        .map(texts -> texts == null ? List.<@Nullable Entry>of() : entries(epoch, keys, texts))
        .otherwise(List.of());
  }

  private List<@Nullable Entry> entries(
      long epoch, List<Keys> keys, List<@Nullable Response> texts) {
    List<@Nullable Entry> entries = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Response text = texts.get(i);
      Entry entry = text == null ? null : Entry.decode(text.toBuffer());
      boolean usable =
          entry != null
              && entry.token() == null
              && keys.get(i).since() == epoch
              && !hasExpired(entry);
      entries.add(usable ? entry : null);
    }
    return entries;
  }

  public boolean hasExpired(Entry entry) {
    return entry.expiry() != 0 && entry.expiry() <= clock.millis();
  }

  /**
   * Whether to refresh before the entry expires, the sooner the longer its load takes: XFetch of
   * Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB
   * 2015, with beta = 1.
   */
  public boolean isDueEarly(Entry entry) {
    double ahead = -entry.loadMs() * Math.log(1 - ThreadLocalRandom.current().nextDouble());
    return clock.millis() + ahead >= entry.freshUntil();
  }

  public void undecodable(String cache, String key) {
    meters.counter("botbot.cache.decode.failures", "cache", cache).increment();
    garbage.warn(
        cache, "Cache entry %s cannot be decoded; it is read from PostgreSQL and repaired", key);
  }

  /** Takes the lease of a load; false if another load or a write holds it. */
  public boolean lease(Keys keys, String token) {
    return acquired(keys, lease(keys.lease(), token).arg("NX"));
  }

  /** Takes the lease for a write, replacing any. */
  public boolean leaseForWrite(Keys keys, String token) {
    return acquired(keys, lease(keys.lease(), token));
  }

  /** The same for several writes, each with its token; which of the leases were taken. */
  public List<Boolean> leasesForWrites(List<Keys> keys, List<String> tokens) {
    if (door.isCluster()) {
      return eachLease(keys, tokens);
    }
    List<Buffer> args = new ArrayList<>(keys.size() + 1);
    args.add(Payloads.text(settings.lease().toMillis()));
    tokens.forEach(token -> args.add(Buffer.buffer(token)));
    List<String> names = keys.stream().map(Keys::lease).toList();
    Response taken = redis.eval(keys.getFirst().since(), LEASES, names, args);
    return Objects.requireNonNull(taken).stream().map(one -> one.toString().equals("1")).toList();
  }

  private List<Boolean> eachLease(List<Keys> keys, List<String> tokens) {
    List<Gated> commands = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      Keys one = keys.get(i);
      commands.add(new Gated(one.since(), one.lease(), lease(one.lease(), tokens.get(i))));
    }
    return redis.sendAll(commands).stream().map(Objects::nonNull).toList();
  }

  private Request lease(String key, String token) {
    return Request.cmd(Command.SET).arg(key).arg(token).arg("PX").arg(settings.lease().toMillis());
  }

  private boolean acquired(Keys keys, Request request) {
    try {
      return redis.send(keys.since(), keys.lease(), request) != null;
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
  public String fill(Keys keys, String token, Entry entry, long timeToLiveMs) {
    return outcome(put(FILL, keys, token, entry, timeToLiveMs, true));
  }

  /** Publishes a committed write: {@code stored}, {@code kept}, {@code none} or {@code oom}. */
  public String apply(Keys keys, String token, Entry entry, long timeToLiveMs, boolean endLease) {
    Response outcomes = put(APPLY, keys, token, entry, timeToLiveMs, endLease);
    return outcomes == null ? OUT_OF_MEMORY : outcome(outcomes.get(0));
  }

  /**
   * Removes what is older than {@code version}, and ends any lease, while {@code epoch} is in
   * force; the keys may be of the one before.
   */
  public void invalidate(long epoch, Keys keys, long version) {
    redis.eval(epoch, INVALIDATE, names(keys), List.of(Payloads.text(version)));
  }

  /** Whether an entry goes to Redis as a whole, and not in pieces. */
  public static boolean isShort(Entry entry) {
    return !Payloads.isLong(entry.payload());
  }

  /**
   * As {@link #apply} of an entry that {@link #isShort}, once and without blocking; the lease ends.
   * Fails with {@link RedisUnavailable} or the error reply.
   */
  public Future<String> applyAtOnce(Keys keys, String token, Entry entry, long timeToLiveMs) {
    return door.evalTogether(
            keys.since(), APPLY, names(keys), arguments(token, entry, entry, timeToLiveMs, true))
        .map(this::outcome);
  }

  /** The reply of the script; null where a long payload finds no memory. */
  private @Nullable Response put(
      Script script, Keys keys, String lease, Entry entry, long timeToLiveMs, boolean endLease) {
    List<String> names = names(keys);
    Entry stored = entry;
    if (Payloads.isLong(entry.payload())) {
      String token = UUID.randomUUID().toString();
      if (!payloads.upload(keys, token, entry.payload())) {
        invalidate(keys.since(), keys, entry.version());
        outOfMemory();
        return null;
      }
      names.add(keys.upload(token));
      stored = entry.apart(token);
    }
    return redis.eval(
        keys.since(), script, names, arguments(lease, entry, stored, timeToLiveMs, endLease));
  }

  private static List<Buffer> arguments(
      String lease, Entry entry, Entry stored, long timeToLiveMs, boolean endLease) {
    return List.of(
        Buffer.buffer(lease),
        Payloads.text(entry.version()),
        Payloads.text(entry.expiry()),
        stored.encode(),
        Payloads.text(timeToLiveMs),
        Payloads.text(endLease ? 1 : 0));
  }

  private String outcome(@Nullable Response reply) {
    String outcome = String.valueOf(reply);
    if (outcome.equals(OUT_OF_MEMORY)) {
      outOfMemory();
    }
    return outcome;
  }

  private static List<String> names(Keys keys) {
    return new ArrayList<>(List.of(keys.entry(), keys.lease(), keys.payload()));
  }

  private void outOfMemory() {
    meters.counter("botbot.cache.out.of.memory").increment();
    memory.warn(
        "oom",
        "Redis is out of memory and refuses writes (%s); cache entries are dropped instead",
        "OOM");
  }

  /** How long to keep an entry, in milliseconds: jittered, and not beyond its end of life. */
  public long timeToLive(Kind kind, long expiry) {
    Duration whole = kind == Kind.V ? settings.ttl() : settings.negativeTtl();
    long ttl = whole.toMillis();
    long jittered = ttl - ThreadLocalRandom.current().nextLong(ttl / 10 + 1);
    return expiry == 0 ? jittered : Math.max(1, Math.min(jittered, expiry - clock.millis()));
  }
}
