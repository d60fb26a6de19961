package botbot.redis;

import static botbot.redis.TwoOnCluster.KEYS;
import static botbot.redis.TwoOnCluster.awaitChecks;
import static botbot.redis.TwoOnCluster.awaitNormal;
import static botbot.redis.TwoOnCluster.check;
import static botbot.redis.TwoOnCluster.id;
import static botbot.redis.TwoOnCluster.status;
import static botbot.testing.Soon.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.redis.protocol.HashSlot;
import botbot.redis.protocol.RedisPart;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Frozen;
import botbot.testing.RedisCluster;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances on a Redis Cluster, a part of which is in trouble. */
class ClusterFaultsIT {

  /** So many writes may wait for Redis. */
  private static final int OUTBOX = 50;

  /** How long a fault lasts. */
  private static final Duration FAULT =
      Duration.ofMillis(Integer.getInteger("botbot.cluster.fault.ms", 3_000));

  private static TwoOnCluster two;
  private static RedisCluster cluster;
  private static RedisServer replica;
  private static ServiceInstance a;
  private static ServiceInstance b;

  @BeforeAll
  static void start() {
    two =
        TwoOnCluster.launch(
            Duration.ofSeconds(2), Map.of("BOTBOT_CACHE_OUTBOX_BOUND", String.valueOf(OUTBOX)));
    cluster = two.cluster;
    replica = cluster.addReplica(cluster.primaries().getFirst());
    a = two.a;
    b = two.b;
  }

  @AfterAll
  static void stop() {
    two.close();
  }

  private static int slot(int key) {
    return HashSlot.of("{" + id(key) + "}");
  }

  private static String path(int key) {
    return "/v1/sessions/" + id(key);
  }

  private static Answer write(Api api, int key, int step) {
    return api.put(path(key), "{\"userId\":\"ada\",\"data\":{\"step\":" + step + "}}");
  }

  private static int step(Answer read) {
    return read.expect(200).json().get("data").get("step").asInt();
  }

  /** All is well, and every key is cached. */
  @BeforeEach
  void allAreInUse() {
    for (int key = 0; key < KEYS; key++) {
      write(a.api(), key, 0).expect(200, 201);
    }
    for (ServiceInstance service : List.of(a, b)) {
      awaitNormal(service);
      for (int key = 0; key < KEYS; key++) {
        int one = key;
        soon().until(() -> service.api().get(path(one)).cacheStatus(), "redis; hit"::equals);
        awaitChecks(service, key);
      }
    }
  }

  /** What callers saw of keys that must not be touched by the fault, and of the others. */
  private static final class Traffic {
    private final IntPredicate touched;
    private final List<String> stale = new ArrayList<>();
    private final List<String> around = new ArrayList<>();
    private int step;
    private int answers;

    Traffic(IntPredicate touched) {
      this.touched = touched;
    }

    /** A read of each key on both instances, now and then a write, and a check. */
    Traffic goOnFor(Duration time) {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        step++;
        for (int key = 0; key < KEYS; key++) {
          if ((key + step) % 4 == 0) {
            Api writer = (key + step) % 8 == 0 ? a.api() : b.api();
            write(writer, key, step).expect(200);
            isFresh(key, writer.get(path(key)));
          }
          went(key, "a read", a.api().get(path(key)).expect(200).cacheStatus(), "redis; hit");
          went(key, "a read", b.api().get(path(key)).expect(200).cacheStatus(), "redis; hit");
          if (key % 4 == 0) {
            went(key, "a check", check(a.api(), key).get("source").asText(), "redis");
          }
        }
      }
      return this;
    }

    private void isFresh(int key, Answer read) {
      if (step(read) != step) {
        stale.add(id(key) + " is " + step(read) + " after it became " + step);
      }
    }

    private void went(int key, String what, String way, String wanted) {
      if (!touched.test(key)) {
        answers++;
        if (!way.equals(wanted)) {
          around.add("%s of %s in slot %d: %s".formatted(what, id(key), slot(key), way));
        }
      }
    }

    /**
     * Keys that the fault does not touch went by Redis, but for what the machine was too slow for.
     */
    void wentByRedis() {
      assertEquals(List.of(), stale);
      System.out.printf("%d of %d answers went around Redis%n", around.size(), answers);
      assertTrue(
          around.size() * 10 <= answers,
          () -> around.size() + " of " + answers + " went around Redis: " + around);
    }
  }

  @Test
  void aReplicaThatIsKilledChangesNothing() {
    List<String> before = two.modeChanges();
    replica.kill();
    try {
      // the others agree after 2 s that it is gone
      new Traffic(none -> false).goOnFor(FAULT).wentByRedis();
    } finally {
      replica.start();
    }
    new Traffic(none -> false).goOnFor(Duration.ofSeconds(1)).wentByRedis();
    assertEquals(before, two.modeChanges());
  }

  @Test
  void aSlotThatIsHalfMovedTouchesNoOther() {
    int moving = slot(0);
    RedisServer from = cluster.primaryOf(moving);
    RedisServer to = cluster.primaryOf((moving + RedisPart.LAST / 3) % RedisPart.LAST);
    List<String> before = two.modeChanges();
    RedisCluster.beginMove(moving, from, to);
    try {
      assertEquals(1, RedisCluster.moveKeys(moving, 1, from, to));
      new Traffic(key -> slot(key) == moving).goOnFor(FAULT).wentByRedis();
      isSeenElsewhere(0);
    } finally {
      RedisCluster.endMove(moving, from, to);
    }
    isInUse(0);
    isSeenElsewhere(0);
    assertEquals(before, two.modeChanges());
    RedisCluster.beginMove(moving, to, from);
    RedisCluster.endMove(moving, to, from);
    isInUse(0);
    isSeenElsewhere(0);
    assertEquals(before, two.modeChanges());
  }

  /** What one instance writes the other shows within a second, and the first at once. */
  private static void isSeenElsewhere(int key) {
    write(a.api(), key, 7_001).expect(200);
    assertEquals(7_001, step(a.api().get(path(key))));
    long end = System.nanoTime() + Duration.ofMillis(1_100).toNanos();
    while (step(b.api().get(path(key))) != 7_001) {
      assertTrue(System.nanoTime() < end, "a write is not seen elsewhere within a second");
    }
    assertEquals(7_001, step(b.api().get(path(key))));
  }

  private static void isInUse(int key) {
    for (ServiceInstance service : List.of(a, b)) {
      soon().until(() -> service.api().get(path(key)).cacheStatus(), "redis; hit"::equals);
      awaitChecks(service, key);
    }
  }

  @Test
  void aNodeThatGainsItsFirstSlotsEmptiesNothingElse() {
    List<String> before = two.modeChanges();
    RedisServer fresh = cluster.addPrimary();
    int moving = slot(1);
    RedisServer from = cluster.primaryOf(moving);
    RedisCluster.beginMove(moving, from, fresh);
    RedisCluster.endMove(moving, from, fresh);
    try {
      new Traffic(key -> slot(key) == moving).goOnFor(Duration.ofSeconds(2)).wentByRedis();
      isInUse(1);
      isSeenElsewhere(1);
    } finally {
      RedisCluster.beginMove(moving, fresh, from);
      RedisCluster.endMove(moving, fresh, from);
    }
    isInUse(1);
    isSeenElsewhere(1);
    assertEquals(before, two.modeChanges());
  }

  /** A hash slot that is nobody's for a moment, as between two primaries, is waited for. */
  @Test
  void aHashSlotThatNobodyServesForAMomentIsWaitedFor() throws Exception {
    int slot = slot(2);
    List<String> before = two.modeChanges();
    try (ScheduledExecutorService clock = Executors.newScheduledThreadPool(1)) {
      cluster.unassign(slot);
      Future<?> served = clock.schedule(() -> cluster.assign(slot), 100, TimeUnit.MILLISECONDS);
      assertEquals("redis", check(a.api(), 2).get("source").asText());
      served.get();
    }
    isInUse(2);
    isSeenElsewhere(2);
    assertEquals(before, two.modeChanges());
  }

  @Test
  void aHashSlotThatNobodyServesTouchesNoOtherAndIsNamed() {
    int slot = slot(2);
    cluster.unassign(slot);
    try {
      new Traffic(key -> slot(key) == slot).goOnFor(FAULT).wentByRedis();
      isToldOf("the hash slots " + slot + " have no primary");
    } finally {
      cluster.assign(slot);
    }
    areAllWell();
  }

  private static boolean isOfLastPart(int key) {
    return slot(key) >= (RedisPart.LAST + 1) * 2 / 3;
  }

  /** The mode names the part that is away, wherever it is told. */
  private static void isToldOf(String cause) {
    for (ServiceInstance service : List.of(a, b)) {
      soon()
          .until(
              () ->
                  status(service).get("mode").asText().equals("degraded")
                      && status(service).get("redis").get("cause").asText().contains(cause));
      Answer well = service.api().get("/q/health/well");
      assertEquals(503, well.status());
      assertTrue(well.body().contains(cause), well::body);
      assertTrue(service.log().contains(cause), "the log does not tell of it");
      assertEquals(200, service.api().get("/q/health/ready").status());
    }
  }

  private static void areAllWell() {
    for (ServiceInstance service : List.of(a, b)) {
      awaitNormal(service);
    }
    for (int key = 0; key < KEYS; key++) {
      isInUse(key);
    }
    isSeenElsewhere(aKey(ClusterFaultsIT::isOfLastPart));
    isSeenElsewhere(aKey(key -> !isOfLastPart(key)));
  }

  private static int aKey(IntPredicate wanted) {
    return IntStream.range(0, KEYS).filter(wanted).findFirst().orElseThrow();
  }

  @Test
  void aPrimaryThatIsDeadTouchesOnlyItsKeysAndIsNamed() {
    RedisServer primary = cluster.primaries().get(2);
    primary.kill();
    try {
      isToldOf("the hash slots 10922-16383 are away");
      new Traffic(ClusterFaultsIT::isOfLastPart).goOnFor(FAULT).wentByRedis();
      // more writes than are replayed when it is back: it starts empty then, and it alone
      int key = aKey(ClusterFaultsIT::isOfLastPart);
      for (int i = 0; i < 2 * OUTBOX; i++) {
        write(a.api(), key, i).expect(200);
      }
      soon().until(() -> b.log().contains("the outbox is longer than " + OUTBOX));
      new Traffic(ClusterFaultsIT::isOfLastPart).goOnFor(Duration.ofSeconds(1)).wentByRedis();
    } finally {
      primary.start();
    }
    areAllWell();
  }

  /** Its writes fill the outbox, and no epoch can be begun that would empty it. */
  @Test
  void anOutboxThatIsTooLongHoldsBackNoOtherPart() {
    RedisServer primary = cluster.primaries().get(2);
    primary.kill();
    try {
      isToldOf("the hash slots 10922-16383 are away");
      two.postgres.query(
          """
          create function no_epoch() returns trigger language plpgsql as
            $$ begin raise exception 'no epoch begins now'; end $$;
          create trigger no_epoch before insert on cache_epoch
            for each row execute function no_epoch()""");
      int key = aKey(ClusterFaultsIT::isOfLastPart);
      for (int i = 0; i < 2 * OUTBOX; i++) {
        write(a.api(), key, i).expect(200);
      }
      soon().until(() -> status(a).get("outbox").get("pending").asInt() > OUTBOX);
      new Traffic(ClusterFaultsIT::isOfLastPart).goOnFor(FAULT).wentByRedis();
    } finally {
      two.postgres.query("drop function if exists no_epoch cascade");
      primary.start();
    }
    areAllWell();
  }

  @Test
  void aPrimaryThatIsBackFromAnOldSnapshotIsNotBelieved() {
    int key = aKey(ClusterFaultsIT::isOfLastPart);
    RedisServer primary = cluster.primaries().get(2);
    Path old = primary.snapshot();
    write(a.api(), key, 8_001).expect(200);
    primary.kill();
    write(b.api(), key, 8_002).expect(200);
    primary.startFrom(old);
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    Answer read;
    do {
      read = b.api().get(path(key));
      assertEquals(8_002, step(read));
      assertTrue(System.nanoTime() < end, "Redis is not in use again");
    } while (!read.cacheStatus().equals("redis; hit"));
    isInUse(key);
    assertEquals(8_002, step(a.api().get(path(key))));
  }

  /** While its checks are waited for, those of the others are not. */
  @Test
  void aPrimaryThatIsFrozenDoesNotHoldUpTheChecksOfOthers() {
    int held = aKey(ClusterFaultsIT::isOfLastPart);
    int other = aKey(key -> !isOfLastPart(key));
    long longest = 0;
    try (Frozen frozen = cluster.primaries().get(2).freeze();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // so many that each event loop has one
      List<? extends Future<?>> waiting =
          Stream.generate(() -> threads.submit(() -> check(a.api(), held))).limit(8).toList();
      while (!waiting.stream().allMatch(Future::isDone)) {
        long begin = System.nanoTime();
        assertEquals("redis", check(a.api(), other).get("source").asText());
        longest = Math.max(longest, System.nanoTime() - begin);
      }
    }
    System.out.printf(
        "a primary is frozen: a check of another took %d ms at most%n", longest / 1_000_000);
    assertTrue(longest < 500_000_000, longest + " ns");
    areAllWell();
  }

  @Test
  void aPrimaryThatIsFrozenTouchesOnlyItsKeysAndIsNamed() {
    try (Frozen frozen = cluster.primaries().get(2).freeze()) {
      isToldOf("the hash slots 10922-16383 are away");
      new Traffic(ClusterFaultsIT::isOfLastPart).goOnFor(FAULT).wentByRedis();
    }
    areAllWell();
  }
}
