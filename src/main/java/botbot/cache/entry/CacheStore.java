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
  public @Nullable Entry get(String cache, EntryNames names) {
    String redisKey = names.entry();
    Response text;
    try {
      text = redis.send(names.since(), redisKey, Request.cmd(Command.GET).arg(redisKey));
    } catch (RedisErrorReply reply) {
      if (!reply.isWrongType()) {
        throw reply;
      }
      undecodable(cache, redisKey);
      return null;
    }
    if (text == null) {
      return null;
    }
    Entry entry = Entry.decode(text.toBuffer());
    if (entry == null) {
      undecodable(cache, redisKey);
      return null;
    }
    return hasExpired(entry) ? null : whole(names, entry);
  }

  /** The entry with its payload; null if that was replaced meanwhile or is gone. */
  private @Nullable Entry whole(EntryNames names, Entry entry) {
    String token = entry.token();
    if (token == null) {
      return entry;
    }
    Buffer payload = payloads.read(names, token);
    return payload == null ? null : entry.with(payload);
  }

  /**
   * The entries of several keys of one epoch, in their order, as far as they fill one answer: null
   * for a miss, and for what is too long. Nothing at all where Redis cannot be read.
   */
  public List<@Nullable Entry> getAll(String cache, List<EntryNames> names) {
    long epoch = names.getFirst().since();
    List<@Nullable Response> texts;
    try {
      texts = redis.getAll(epoch, names.stream().map(EntryNames::entry).toList(), Fill.MOST);
    } catch (RedisUnavailable | RedisErrorReply e) {
      // each goes its own way, which tells what is wrong
      return List.of();
    }
    return entries(epoch, names, texts);
  }

  /**
   * As {@link #getAll}, if those that are not too long can be told without waiting for others;
   * else, and where Redis cannot be read, nothing at all. Does not fail; completes on any thread.
   *
   * @param bytes the most that is read
   */
  public Future<List<@Nullable Entry>> getAllAtOnce(List<EntryNames> names, long bytes) {
    long epoch = names.getFirst().since();
    return redis
        .getAllAtOnce(epoch, names.stream().map(EntryNames::entry).toList(), bytes)
        .map(texts -> texts == null ? List.<@Nullable Entry>of() : entries(epoch, names, texts))
        .otherwise(List.of());
  }

  private List<@Nullable Entry> entries(
      long epoch, List<EntryNames> names, List<@Nullable Response> texts) {
    List<@Nullable Entry> entries = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Response text = texts.get(i);
      Entry entry = text == null ? null : Entry.decode(text.toBuffer());
      boolean usable =
          entry != null
              && entry.token() == null
              && names.get(i).since() == epoch
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

  public void undecodable(String cache, String redisKey) {
    meters.counter("botbot.cache.decode.failures", "cache", cache).increment();
    garbage.warn(
        cache,
        "Cache entry %s cannot be decoded; it is read from PostgreSQL and repaired",
        redisKey);
  }

  /** Takes the lease of a load; false if another load or a write holds it. */
  public boolean lease(EntryNames names, String token) {
    return acquired(names, lease(names.lease(), token).arg("NX"));
  }

  /** Takes the lease for a write, replacing any. */
  public boolean leaseForWrite(EntryNames names, String token) {
    return acquired(names, lease(names.lease(), token));
  }

  /** The same for several writes, each with its token; which of the leases were taken. */
  public List<Boolean> leasesForWrites(List<EntryNames> names, List<String> tokens) {
    if (door.isCluster()) {
      return eachLease(names, tokens);
    }
    List<Buffer> args = new ArrayList<>(names.size() + 1);
    args.add(Payloads.text(settings.lease().toMillis()));
    tokens.forEach(token -> args.add(Buffer.buffer(token)));
    List<String> redisKeys = names.stream().map(EntryNames::lease).toList();
    Response taken = redis.eval(names.getFirst().since(), LEASES, redisKeys, args);
    return Objects.requireNonNull(taken).stream().map(one -> one.toString().equals("1")).toList();
  }

  private List<Boolean> eachLease(List<EntryNames> names, List<String> tokens) {
    List<Gated> commands = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      EntryNames one = names.get(i);
      commands.add(new Gated(one.since(), one.lease(), lease(one.lease(), tokens.get(i))));
    }
    return redis.sendAll(commands).stream().map(Objects::nonNull).toList();
  }

  private Request lease(String redisKey, String token) {
    return Request.cmd(Command.SET)
        .arg(redisKey)
        .arg(token)
        .arg("PX")
        .arg(settings.lease().toMillis());
  }

  private boolean acquired(EntryNames names, Request request) {
    try {
      return redis.send(names.since(), names.lease(), request) != null;
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
  public String fill(EntryNames names, String token, Entry entry, long timeToLiveMs) {
    return outcome(put(FILL, names, token, entry, timeToLiveMs, true));
  }

  /** Publishes a committed write: {@code stored}, {@code kept}, {@code none} or {@code oom}. */
  public String apply(
      EntryNames names, String token, Entry entry, long timeToLiveMs, boolean endLease) {
    Response outcomes = put(APPLY, names, token, entry, timeToLiveMs, endLease);
    return outcomes == null ? OUT_OF_MEMORY : outcome(outcomes.get(0));
  }

  /**
   * Removes what is older than {@code version}, and ends any lease, while {@code epoch} is in
   * force; the keys may be of the one before.
   */
  public void invalidate(long epoch, EntryNames names, long version) {
    redis.eval(epoch, INVALIDATE, redisKeys(names), List.of(Payloads.text(version)));
  }

  /** Whether an entry goes to Redis as a whole, and not in pieces. */
  public static boolean isShort(Entry entry) {
    return !Payloads.isLong(entry.payload());
  }

  /**
   * As {@link #apply} of an entry that {@link #isShort}, once and without blocking; the lease ends.
   * Fails with {@link RedisUnavailable} or the error reply.
   */
  public Future<String> applyAtOnce(
      EntryNames names, String token, Entry entry, long timeToLiveMs) {
    return door.evalTogether(
            names.since(),
            APPLY,
            redisKeys(names),
            arguments(token, entry, entry, timeToLiveMs, true))
        .map(this::outcome);
  }

  /** The reply of the script; null where a long payload finds no memory. */
  private @Nullable Response put(
      Script script,
      EntryNames names,
      String lease,
      Entry entry,
      long timeToLiveMs,
      boolean endLease) {
    List<String> redisKeys = redisKeys(names);
    Entry stored = entry;
    if (Payloads.isLong(entry.payload())) {
      String token = UUID.randomUUID().toString();
      if (!payloads.upload(names, token, entry.payload())) {
        invalidate(names.since(), names, entry.version());
        outOfMemory();
        return null;
      }
      redisKeys.add(names.upload(token));
      stored = entry.apart(token);
    }
    return redis.eval(
        names.since(), script, redisKeys, arguments(lease, entry, stored, timeToLiveMs, endLease));
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

  private static List<String> redisKeys(EntryNames names) {
    return new ArrayList<>(List.of(names.entry(), names.lease(), names.payload()));
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
