package botbot.cache.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.cache.entry.Entry.Kind;
import botbot.redis.Script;
import botbot.space.Deployment;
import botbot.space.Space;
import botbot.testing.RedisServer;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CacheScriptsTest {

  private static final EntryNames NAMES =
      EntryNames.of(new Deployment("x"), 1, "tests", Space.DEFAULT.key("id"));
  private static RedisServer redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.launch();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void flush() {
    redis.configure();
    redis.command("CONFIG", "SET", "maxmemory", "0");
    redis.command("FLUSHALL");
  }

  @Test
  void aWriteIsStoredOverAnOlderValue() {
    set(value(1, 0));
    assertEquals("stored", apply("", value(2, 0)));
    assertEquals(value(2, 0).encode().toString(), get());
  }

  @Test
  void aWriteIsNeverStoredOverANewerValueOrTombstone() {
    set(value(3, 0));
    assertEquals("kept", apply("", value(2, 0)));
    set(Entry.tombstone(3));
    assertEquals("kept", apply("", value(2, 0)));
    assertEquals(Entry.tombstone(3).encode().toString(), get());
  }

  @Test
  void aWriteOverNothingIsStoredOnlyUnderItsOwnLease() {
    assertEquals("none", apply("", value(2, 0)));
    assertNull(get());
    lease("other");
    assertEquals("none", apply("mine", value(2, 0)));
    assertNull(get());
    lease("mine");
    assertEquals("stored", apply("mine", value(2, 0)));
    assertEquals(value(2, 0).encode().toString(), get());
  }

  @Test
  void aWriteWithoutALeaseRemovesANegativeEntry() {
    set(Entry.negative());
    assertEquals("none", apply("", value(2, 0)));
    assertNull(get());
  }

  /** Several writes in one call: {@code names} of keys, and of each the token and the entry. */
  private static Object applyAll(List<String> ids, List<String> tokens, List<Entry> entries) {
    List<String> keys = new ArrayList<>();
    List<String> args = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      EntryNames names = names(ids.get(i));
      Entry entry = entries.get(i);
      keys.addAll(List.of(names.entry(), names.lease(), names.payload()));
      args.addAll(List.of(tokens.get(i), "" + entry.version(), "" + entry.expiry()));
      args.addAll(List.of(entry.encode().toString(), "5000", "1"));
    }
    return eval("cache_apply", keys, args.toArray(String[]::new));
  }

  private static EntryNames names(String id) {
    return EntryNames.of(new Deployment("x"), 1, "tests", Space.DEFAULT.key(id));
  }

  @Test
  void severalWritesAreEachStoredByTheirOwnRules() {
    redis.command("SET", names("old").entry(), value(1, 0).encode().toString());
    redis.command("SET", names("new").entry(), value(9, 0).encode().toString());
    redis.command("SET", names("leased").lease(), "mine");
    redis.command("SET", names("lost").lease(), "other");
    assertEquals(
        List.of("stored", "kept", "stored", "none"),
        applyAll(
            List.of("old", "new", "leased", "lost"),
            List.of("", "", "mine", "mine"),
            List.of(value(2, 0), value(3, 0), value(4, 0), value(5, 0))));
    assertEquals(
        List.of(value(2, 0).encode().toString(), value(9, 0).encode().toString()),
        redis.command("MGET", names("old").entry(), names("new").entry()));
    assertEquals(value(4, 0).encode().toString(), redis.command("GET", names("leased").entry()));
    assertNull(redis.command("GET", names("lost").entry()));
    assertEquals(
        0L,
        redis.command(
            "EXISTS", names("old").lease(), names("leased").lease(), names("lost").lease()));
  }

  @Test
  void ofSeveralWritesOfOneKeyTheNewestStaysInWhateverOrderTheyCome() {
    redis.command("SET", names("hot").lease(), "mine");
    assertEquals(
        List.of("stored", "stored", "kept"),
        applyAll(
            List.of("hot", "hot", "hot"),
            List.of("mine", "mine", "mine"),
            List.of(value(5, 0), value(7, 0), value(6, 0))));
    assertEquals(value(7, 0).encode().toString(), redis.command("GET", names("hot").entry()));
  }

  @Test
  void severalWritesForWhichThereIsNoMemoryAreDropped() {
    redis.command("SET", names("a").entry(), value(1, 0).encode().toString());
    redis.command("SET", names("b").entry(), value(1, 0).encode().toString());
    redis.command("CONFIG", "SET", "maxmemory", "1");
    assertEquals(
        List.of("oom", "oom"),
        applyAll(List.of("a", "b"), List.of("", ""), List.of(value(2, 0), value(2, 0))));
    redis.command("CONFIG", "SET", "maxmemory", "0");
    assertEquals(0L, redis.command("EXISTS", names("a").entry(), names("b").entry()));
  }

  @Test
  void leasesAreTakenTogetherAsFarAsThereIsMemory() {
    List<String> leases = List.of(names("a").lease(), names("b").lease());
    lease("other");
    assertEquals(List.of(1L, 1L), eval("cache_leases", leases, "5000", "one", "two"));
    assertEquals(List.of("one", "two"), redis.command("MGET", leases.getFirst(), leases.getLast()));
    redis.command("CONFIG", "SET", "maxmemory", "1");
    assertEquals(List.of(0L, 0L), eval("cache_leases", leases, "5000", "three", "four"));
  }

  @Test
  void aWriteEndsAnyLease() {
    lease("other");
    apply("", value(2, 0));
    assertNull(redis.command("GET", NAMES.lease()));
  }

  @Test
  void anExtensionIsStoredOverTheSameVersionAndEndsNoLease() {
    set(value(2, 1000));
    lease("other");
    assertEquals("stored", apply("", value(2, 2000), "0"));
    assertEquals("kept", apply("", value(2, 1500), "0"));
    assertEquals(value(2, 2000).encode().toString(), get());
    assertEquals("other", redis.command("GET", NAMES.lease()));
  }

  @Test
  void garbageCountsAsNothing() {
    redis.command("SET", NAMES.entry(), "garbage");
    assertEquals("none", apply("", value(2, 0)));
    assertNull(get());
    redis.command("RPUSH", NAMES.entry(), "a", "b");
    lease("mine");
    assertEquals("stored", apply("mine", value(2, 0)));
    assertEquals(value(2, 0).encode().toString(), get());
  }

  @Test
  void aFillNeedsItsLeaseAndSpendsIt() {
    assertEquals("refused", fill("mine", value(2, 0)));
    lease("mine");
    assertEquals("stored", fill("mine", value(2, 0)));
    assertEquals("refused", fill("mine", value(2, 0)));
    assertNull(redis.command("GET", NAMES.lease()));
  }

  @Test
  void aFillAfterAWriteOfTheSameKeyIsRefusedEvenOverAFlush() {
    lease("load");
    lease("write");
    apply("write", value(3, 0));
    redis.command("FLUSHALL");
    assertEquals("refused", fill("load", value(2, 0)));
    assertNull(get());
  }

  @Test
  void aFillIsNeverStoredOverSomethingNewer() {
    set(value(3, 0));
    lease("mine");
    assertEquals("kept", fill("mine", value(2, 0)));
    set(value(2, 2000));
    lease("mine");
    assertEquals("kept", fill("mine", value(2, 1000)));
    lease("mine");
    assertEquals("kept", fill("mine", Entry.negative()));
  }

  @Test
  void aReplayRemovesWhatIsOlderAndEndsLeases() {
    set(value(2, 0));
    lease("load");
    assertEquals(1L, invalidate(3));
    assertNull(get());
    assertNull(redis.command("GET", NAMES.lease()));
    set(value(3, 0));
    assertEquals(0L, invalidate(3));
    assertEquals(value(3, 0).encode().toString(), get());
    set(Entry.negative());
    assertEquals(1L, invalidate(3));
  }

  @Test
  void anEntryThatDoesNotFitIntoMemoryIsDroppedRatherThanKeptOld() {
    set(value(1, 0));
    redis.command("CONFIG", "SET", "maxmemory", "1");
    assertEquals("oom", apply("", value(2, 0)));
    assertNull(get());
  }

  @Test
  void aLongPayloadIsPutInItsPlaceTogetherWithItsEntry() {
    assertEquals("stored", putApart(2, "two"));
    assertEquals(value(2, 0).apart("two").encode().toString(), get());
    assertEquals("two|2", read("two", 0, 10));
    assertEquals("|2", read("two", 3, 10));
    assertEquals("wo", read("two", 1, 2));
    assertEquals("", read("two", 5, 10));
    long left = (Long) redis.command("PTTL", NAMES.payload());
    assertTrue(left > 0 && left <= 5000, () -> "left: " + left);

    assertEquals("kept", putApart(1, "one"));
    assertEquals("stored", putApart(3, "three"));
    assertNull(read("two", 0, 10), "never a piece of another");
    assertEquals("three|3", read("three", 0, 10));
  }

  @Test
  void aLongPayloadGoesWithItsEntry() {
    putApart(2, "two");
    assertEquals("stored", apply("", value(3, 0)));
    assertEquals(0L, redis.command("EXISTS", NAMES.payload()));
    putApart(4, "four");
    assertEquals(0L, invalidate(4));
    assertEquals("four|4", read("four", 0, 10));
    assertEquals(1L, invalidate(5));
    assertEquals(0L, redis.command("EXISTS", NAMES.payload()));
    putApart(6, "six");
    redis.command("DEL", NAMES.entry(), NAMES.lease());
    assertEquals("none", apply("", Entry.tombstone(7)));
    assertEquals(0L, redis.command("EXISTS", NAMES.payload()));
  }

  @Test
  void anEntryWhoseUploadIsGoneIsDropped() {
    set(value(1, 0));
    assertEquals("oom", applyApart(value(2, 0).apart("two"), "two"));
    assertNull(get());
  }

  @Test
  void entriesExpire() {
    lease("mine");
    fill("mine", value(2, 0));
    long left = (Long) redis.command("PTTL", NAMES.entry());
    assertTrue(left > 0 && left <= 5000, () -> "left: " + left);
  }

  private static Entry value(long version, long expiry) {
    return new Entry(Kind.V, version, expiry, 0, 0, 0, "schema", Buffer.buffer("{\"a\":\"b|c\"}"));
  }

  private static void set(Entry entry) {
    redis.command("SET", NAMES.entry(), entry.encode().toString());
  }

  private static Object get() {
    return redis.command("GET", NAMES.entry());
  }

  private static void lease(String token) {
    redis.command("SET", NAMES.lease(), token);
  }

  private static Object apply(String token, Entry entry) {
    return apply(token, entry, "1");
  }

  private static Object apply(String token, Entry entry, String endLease) {
    String version = String.valueOf(entry.version());
    String expiry = String.valueOf(entry.expiry());
    return only(
        eval("cache_apply", token, version, expiry, entry.encode().toString(), "5000", endLease));
  }

  /** Under a lease of its own, with a payload that tells the token and the version. */
  private static Object putApart(long version, String token) {
    lease("mine");
    String upload = NAMES.upload(token);
    eval("cache_payload_upload", List.of(upload), "0", token, "5000");
    String at = String.valueOf(token.length());
    eval("cache_payload_upload", List.of(upload), at, token + "|" + version, "5000");
    return applyApart(value(version, 0).apart(token), token);
  }

  private static Object applyApart(Entry entry, String token) {
    return only(
        eval(
            "cache_apply",
            List.of(NAMES.entry(), NAMES.lease(), NAMES.payload(), NAMES.upload(token)),
            "mine",
            String.valueOf(entry.version()),
            "0",
            entry.encode().toString(),
            "5000",
            "1"));
  }

  private static Object only(Object outcomes) {
    return outcomes instanceof List<?> list && list.size() == 1 ? list.getFirst() : outcomes;
  }

  private static Object read(String token, int from, int length) {
    return eval("cache_payload_read", List.of(NAMES.payload()), token, "" + from, "" + length);
  }

  private static Object fill(String token, Entry entry) {
    String version = String.valueOf(entry.version());
    String expiry = String.valueOf(entry.expiry());
    return eval("cache_fill", token, version, expiry, entry.encode().toString(), "5000", "1");
  }

  private static Object invalidate(long version) {
    return eval("cache_invalidate", String.valueOf(version));
  }

  private static Object eval(String script, String... args) {
    return eval(script, List.of(NAMES.entry(), NAMES.lease(), NAMES.payload()), args);
  }

  private static Object eval(String script, List<String> keys, String... args) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("EVAL", Script.named(script).source(), "" + keys.size()));
    command.addAll(keys);
    command.addAll(List.of(args));
    return redis.command(command.toArray(String[]::new));
  }
}
