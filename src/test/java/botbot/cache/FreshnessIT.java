package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Frozen;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What callers notice of faults of Redis, of one instance and of PostgreSQL: nothing but latency.
 */
class FreshnessIT {

  private static final String PREFERENCES = "{\"preferences\":{\"n\":%d}}";
  private static final String SESSION = "{\"userId\":\"u\",\"data\":{\"n\":%d}}";

  private TwoInstances two;
  private Api a;
  private Api b;

  @BeforeEach
  void twoHealthyInstances() {
    two = TwoInstances.healthy();
    a = two.a.api();
    b = two.b.api();
  }

  @Test
  void aColdKeyIsLoadedOnceAnInstance() throws Exception {
    put("/v1/users/cold/preferences", 1);
    two.redis.command("FLUSHALL");
    Map<String, Integer> told = new ConcurrentHashMap<>();
    int loads =
        two.statements(
            "from user_preferences",
            () -> {
              try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Answer>> answers = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                  Api api = i % 2 == 0 ? a : b;
                  answers.add(callers.submit(() -> api.get("/v1/users/cold/preferences")));
                }
                for (Future<Answer> answer : answers) {
                  told.merge(answer.get().expect(200).cacheStatus(), 1, Integer::sum);
                }
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    assertTrue(loads >= 1 && loads <= 2, () -> "loads: " + loads + " " + told);
  }

  @Test
  void whatDoesNotExistIsAskedOfTheDatabaseAHandfulOfTimes() {
    int loads =
        two.statements(
            "from user_preferences",
            () -> {
              for (int i = 0; i < 1000; i++) {
                a.get("/v1/users/nobody/preferences").expect(404);
              }
            });
    assertTrue(loads <= 10, () -> "loads: " + loads);
    a.put("/v1/users/nobody/preferences", PREFERENCES.formatted(1)).expect(201);
    b.get("/v1/users/nobody/preferences").expect(200);
  }

  @Test
  void aKilledRedisCostsNoErrorAndNoWriteAndIsInUseSoonAfter() {
    FreshnessModel model = new FreshnessModel();
    try (Load load = Load.start(100, Duration.ofSeconds(14), mixed(model, 1))) {
      pause(2);
      model.faultBegins();
      two.redis.kill();
      pause(10);
      two.redis.start();
      model.faultEnds();
      Duration back = two.awaitHits();
      assertTrue(back.toMillis() <= 2000, () -> "hits again after " + back);
      List<Sample> samples = load.await();
      assertNoErrors(samples);
      assertSlowest(samples, Duration.ofMillis(500));
      Duration down = p99(samples, Duration.ofMillis(2500), Duration.ofSeconds(12));
      Duration path = databasePath();
      System.out.printf(
          "p99 %d ms without Redis, %d ms of the database path%n",
          down.toMillis(), path.toMillis());
      assertTrue(down.minus(path).toMillis() <= 150, () -> down + " against " + path);
    }
    assertEquals(List.of(), model.violations());
  }

  /** The p99 of reads that PostgreSQL answers alone. */
  private Duration databasePath() {
    try (Load load =
        Load.start(100, Duration.ofSeconds(3), i -> a.get("/v1/sessions?userId=u&limit=1"))) {
      return p99(load.await(), Duration.ZERO, Duration.ofSeconds(3));
    }
  }

  private static Duration p99(List<Sample> samples, Duration from, Duration to) {
    List<Duration> took =
        samples.stream()
            .filter(s -> s.at().compareTo(from) >= 0 && s.at().compareTo(to) < 0)
            .map(Sample::took)
            .sorted()
            .toList();
    return took.get(took.size() * 99 / 100);
  }

  @Test
  void aFrozenRedisCostsNobodyMoreThanFourTenthsOfASecond() {
    FreshnessModel model = new FreshnessModel();
    try (Load load = Load.start(100, Duration.ofSeconds(36), mixed(model, 2))) {
      pause(2);
      model.faultBegins();
      try (Frozen frozen = two.redis.freeze()) {
        pause(29);
        for (Api api : two.apis()) {
          assertTrue(api.metric("jvm_threads_live_threads") < 200, "threads are bounded");
        }
      }
      model.faultEnds();
      List<Sample> samples = load.await();
      assertNoErrors(samples);
      assertSlowest(samples, Duration.ofMillis(400));
    }
    assertEquals(List.of(), model.violations());
    two.awaitHits();
    String clients = (String) two.redis.command("CLIENT", "LIST");
    assertTrue(clients.lines().count() < 30, () -> "connections are bounded: " + clients);
  }

  @Test
  void aRedisRestoredFromAnOldSnapshotIsNotBelieved() {
    FreshnessModel model = new FreshnessModel();
    for (int i = 0; i < 100; i++) {
      model.write(a, path(i), body(i)).expect(200, 201);
    }
    Path snapshot = two.redis.snapshot();
    for (int i = 0; i < 1000; i++) {
      model.write(i % 2 == 0 ? a : b, path(i % 100), body(i % 100)).expect(200, 201);
    }
    // reads that begin before Redis is back may end after it
    try (Load load = Load.start(500, Duration.ofSeconds(3), i -> readAnywhere(model, i))) {
      two.redis.kill();
      two.redis.startFrom(snapshot);
      assertNoErrors(load.await());
    }
    two.awaitHits();
    for (int i = 0; i < 100; i++) {
      model.read(a, path(i)).expect(200);
      model.read(b, path(i)).expect(200);
    }
    assertEquals(List.of(), model.violations());
  }

  private Answer readAnywhere(FreshnessModel model, int n) {
    return model.read(n % 2 == 0 ? a : b, path(n * 37 % 100));
  }

  @Test
  void aWriteOfAnInstanceThatAloneLostRedisIsSeenElsewhereWithinASecond() {
    put("/v1/users/cut/preferences", 1);
    b.get("/v1/users/cut/preferences").expect(200);
    two.wayOfA.cut();
    try {
      for (int n = 2; n < 12; n++) {
        put("/v1/users/cut/preferences", n);
        assertEquals(n, number(a.get("/v1/users/cut/preferences")));
        int expected = n;
        Awaitility.await()
            .atMost(Duration.ofSeconds(1))
            .pollInterval(Duration.ofMillis(10))
            .until(() -> number(b.get("/v1/users/cut/preferences")) == expected);
      }
    } finally {
      two.wayOfA.restore();
    }
  }

  @Test
  void aWriteWhoseInstanceDiedBeforeItReachedRedisIsSeenWithinASecond() {
    put("/v1/users/crash/preferences", 1);
    b.get("/v1/users/crash/preferences").expect(200);
    // what a crash between commit and cache write leaves: the row and its line in the outbox
    two.postgres.query(
        """
        with write as (select version from begin_write('preferences', 'crash'))
        update user_preferences set preferences = '{"n":2}', version = write.version
          from write where user_id = 'crash'
        """);
    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> number(b.get("/v1/users/crash/preferences")) == 2);
  }

  @Test
  void garbageUnderACacheKeyIsRepairedCountedAndLoggedOnce() {
    for (String garbage : List.of("garbage", "1|V|1|0|0|0|0|other-schema|{}", "1|V|x")) {
      put("/v1/users/garbage/preferences", 1);
      String key = keyOf("garbage");
      two.redis.command("SET", key, garbage);
      assertEquals(1, number(b.get("/v1/users/garbage/preferences")));
      assertEquals("redis; hit", b.get("/v1/users/garbage/preferences").cacheStatus());
    }
    put("/v1/users/garbage/preferences", 2);
    two.redis.command("DEL", keyOf("garbage"));
    two.redis.command("RPUSH", keyOf("garbage"), "a", "b");
    assertEquals(2, number(b.get("/v1/users/garbage/preferences")));
    assertEquals("redis; hit", b.get("/v1/users/garbage/preferences").cacheStatus());
    long warnings = two.b.log().lines().filter(l -> l.contains("cannot be decoded")).count();
    assertEquals(1, warnings);
  }

  @Test
  void aFullRedisRefusesNobody() {
    FreshnessModel model = new FreshnessModel();
    two.redis.command("CONFIG", "SET", "maxmemory", "1");
    try {
      for (int i = 0; i < 300; i++) {
        model.write(i % 2 == 0 ? a : b, path(i % 30), body(i % 30)).expect(200, 201);
        model.read(i % 3 == 0 ? a : b, path(i % 30)).expect(200);
      }
    } finally {
      two.redis.command("CONFIG", "SET", "maxmemory", "0");
    }
    two.awaitHits();
    assertEquals(List.of(), model.violations());
    for (String log : List.of(two.a.log(), two.b.log())) {
      assertTrue(log.lines().filter(line -> line.contains("out of memory")).count() <= 1);
    }
  }

  @Test
  void anInstanceThatSleptThroughAFaultReadsNothingOld() {
    put("/v1/users/slept/preferences", 1);
    b.get("/v1/users/slept/preferences").expect(200);
    try (Frozen asleep = two.b.freeze()) {
      try (Frozen frozen = two.redis.freeze()) {
        put("/v1/users/slept/preferences", 2);
        pause(10);
      }
      pause(10);
    }
    assertEquals(2, number(b.get("/v1/users/slept/preferences")));
  }

  @Test
  void aDeletedValueIsNeverRevived() {
    FreshnessModel model = new FreshnessModel();
    try (Load load =
        Load.start(
            200,
            Duration.ofSeconds(10),
            i -> {
              SplittableRandom random = new SplittableRandom(i);
              Api api = random.nextBoolean() ? a : b;
              String path = path(random.nextInt(3));
              int kind = random.nextInt(10);
              if (kind == 0) {
                two.redis.command("FLUSHALL");
              }
              return kind < 2
                  ? model.delete(api, path)
                  : kind < 4 ? model.write(api, path, PREFERENCES) : model.read(api, path);
            })) {
      assertNoErrors(load.await());
    }
    assertEquals(List.of(), model.violations());
  }

  @Test
  void aKilledPostgresLeavesCachedReadsAndLosesNoWrite() {
    put("/v1/users/truth/preferences", 7);
    // cached they are once a look has seen that Redis knows the write
    for (Api api : List.of(a, b)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> api.get("/v1/users/truth/preferences").cacheStatus().equals("redis; hit"));
    }
    two.postgres.kill();
    try {
      pause(1);
      for (int i = 0; i < 20; i++) {
        assertEquals(7, number(a.get("/v1/users/truth/preferences")));
        assertEquals(7, number(b.get("/v1/users/truth/preferences")));
      }
      for (Answer refused :
          List.of(
              a.get("/v1/users/uncached/preferences"),
              a.put("/v1/users/truth/preferences", PREFERENCES.formatted(8)),
              b.get("/v1/sessions?userId=u"))) {
        refused.expect(503);
        assertTrue(Integer.parseInt(refused.header("Retry-After")) >= 1);
      }
    } finally {
      two.postgres.start();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> a.put("/v1/users/truth/preferences", PREFERENCES.formatted(9)).status() == 200);
    assertEquals(9, number(a.get("/v1/users/truth/preferences")));
    // the other may not have seen yet that PostgreSQL is back
    Awaitility.await("within the second of a fault")
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> number(b.get("/v1/users/truth/preferences")) == 9);
  }

  @Test
  void aSlidingSessionOutlivesRedisAndEndsInTime() {
    a.put("/v1/sessions/sliding", "{\"userId\":\"u\",\"ttlSeconds\":2}").expect(200, 201);
    long lastRead = 0;
    try {
      for (int second = 0; second < 10; second++) {
        if (second == 5) {
          two.redis.kill();
        }
        pause(1);
        lastRead = System.nanoTime();
        (second % 2 == 0 ? a : b).get("/v1/sessions/sliding").expect(200);
      }
    } finally {
      two.redis.start();
    }
    long answered = System.nanoTime();
    pauseUntil(answered + Duration.ofMillis(2200 + 100).toNanos());
    a.get("/v1/sessions/sliding").expect(404);
    b.get("/v1/sessions/sliding").expect(404);
  }

  private java.util.function.IntFunction<Answer> mixed(FreshnessModel model, long seed) {
    return i -> {
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
      Api api = random.nextBoolean() ? a : b;
      int key = random.nextInt(40);
      return random.nextInt(10) < 3
          ? model.write(api, path(key), body(key))
          : model.read(api, path(key));
    };
  }

  private static String path(int key) {
    return key % 2 == 0 ? "/v1/users/user-" + key + "/preferences" : "/v1/sessions/session-" + key;
  }

  private static String body(int key) {
    return key % 2 == 0 ? PREFERENCES : SESSION;
  }

  private void put(String path, int number) {
    a.put(path, PREFERENCES.formatted(number)).expect(200, 201);
  }

  private static int number(Answer answer) {
    return answer.expect(200).json().at("/preferences/n").intValue();
  }

  private String keyOf(String id) {
    String identity = two.postgres.query("select identity from deployment").orElseThrow();
    String prefix = "botbot:" + identity + "/default/cache:";
    return prefix + epoch() + ":preferences:{" + id + "}";
  }

  private String epoch() {
    return two.postgres.query("select max(epoch) from cache_epoch").orElseThrow();
  }

  private static void assertNoErrors(List<Sample> samples) {
    List<Sample> errors =
        samples.stream().filter(s -> s.status() >= 500 || s.status() == Load.NO_ANSWER).toList();
    assertEquals(List.of(), errors);
    assertTrue(samples.size() > 100, () -> "only " + samples.size() + " requests");
  }

  private static void assertSlowest(List<Sample> samples, Duration bound) {
    Duration slowest = samples.stream().map(Sample::took).max(Duration::compareTo).orElseThrow();
    System.out.println("slowest of " + samples.size() + ": " + slowest.toMillis() + " ms");
    assertTrue(slowest.compareTo(bound) <= 0, () -> "slowest: " + slowest);
  }

  private static void pause(int seconds) {
    pauseUntil(System.nanoTime() + Duration.ofSeconds(seconds).toNanos());
  }

  private static void pauseUntil(long nanoTime) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofMinutes(2))
        .until(() -> System.nanoTime() - nanoTime >= 0);
  }
}
