package botbot.redis;

import static botbot.redis.TwoOnCluster.KEYS;
import static botbot.redis.TwoOnCluster.awaitChecks;
import static botbot.redis.TwoOnCluster.awaitNormal;
import static botbot.redis.TwoOnCluster.check;
import static botbot.redis.TwoOnCluster.id;
import static botbot.redis.TwoOnCluster.status;
import static botbot.testing.Soon.soon;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.RedisCluster;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances on a Redis Cluster whose primaries are replaced. */
class ClusterFailoverIT {

  private static TwoOnCluster two;
  private static RedisCluster cluster;
  private static ServiceInstance a;
  private static ServiceInstance b;

  @BeforeAll
  static void start() {
    // whoever hears late is not to be taken for dead
    two = TwoOnCluster.launch(Duration.ofSeconds(10), Map.of());
    cluster = two.cluster;
    a = two.a;
    b = two.b;
  }

  @AfterAll
  static void stop() {
    two.close();
  }

  @BeforeEach
  void allAreInUse() {
    for (ServiceInstance service : List.of(a, b)) {
      awaitNormal(service);
      for (int key = 0; key < KEYS; key++) {
        awaitChecks(service, key);
      }
    }
  }

  /**
   * The primaries step back one after the other, as when a provider renews its machines: every
   * check goes by Redis, and not one more than the limit is admitted. While calls are sent on from
   * where the hash slots were, the instances learn where they are.
   */
  @Test
  void primariesThatAreReplacedInOrderAdmitNotOneMore() {
    List<String> before = two.modeChanges();
    int limit = 200;
    a.api()
        .put(
            "/v1/rate-policies/replaced",
            "{\"tier\":\"*\",\"endpoint\":\"replaced\",\"algorithm\":\"exact\",\"limit\":%d,\"windowMs\":600000}"
                .formatted(limit))
        .expect(201);
    List<Checks> callers = new ArrayList<>();
    for (ServiceInstance service : List.of(a, b)) {
      String peek = "/v1/rate-checks?subject=replaced&endpoint=replaced";
      soon().until(() -> service.api().get(peek).json().get("policies").size() == 1);
      for (int subject = 0; subject < 4; subject++) {
        callers.add(new Checks(service.api(), "replaced-" + subject));
      }
    }
    long epoch = epoch(a);
    try (ScheduledExecutorService clock = Executors.newScheduledThreadPool(4)) {
      callers.forEach(one -> clock.scheduleWithFixedDelay(one, 0, 20, TimeUnit.MILLISECONDS));
      Stream.of(a, b)
          .map(service -> new Steady(service.api()))
          .forEach(one -> clock.scheduleWithFixedDelay(one, 0, 20, TimeUnit.MILLISECONDS));
      cluster.replaceAll();
      for (ServiceInstance service : List.of(a, b)) {
        await("it to learn who the primaries are")
            .atMost(Duration.ofSeconds(3))
            .until(() -> epoch(service) > epoch);
      }
      soon().until(() -> callers.stream().allMatch(one -> one.denied > 10));
      clock.shutdownNow();
    }
    Map<String, Integer> admitted = new TreeMap<>();
    callers.forEach(one -> admitted.merge(one.subject, one.admitted, Integer::sum));
    int local = callers.stream().mapToInt(one -> one.local).sum();
    System.out.printf("primaries replaced: admitted %s, %d counted alone%n", admitted, local);
    admitted.values().forEach(count -> assertEquals(limit, count, admitted::toString));
    assertEquals(before, two.modeChanges());
    allAreInUse();
  }

  /** What a node tells that has not heard of a new primary leads to the old one, which sends on. */
  @Test
  void aPrimaryThatSomeNodesHaveNotHeardOfIsNoFault() {
    List<RedisServer> old = List.copyOf(cluster.primaries());
    List<RedisServer> replicas = old.stream().map(cluster::addReplica).toList();
    allAreInUse();
    List<String> before = two.modeChanges();
    List<String> alone = new ArrayList<>();
    for (int i = 0; i < old.size(); i++) {
      cluster.failOverUnheard(
          old.get(i), replicas.get(i), () -> alone.addAll(countedAlone(Duration.ofSeconds(1))));
    }
    assertEquals(List.of(), alone);
    assertEquals(before, two.modeChanges());
    allAreInUse();
  }

  /** What was counted alone of the checks of some time. */
  private static List<String> countedAlone(Duration time) {
    List<String> alone = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    for (int key = 0; System.nanoTime() < end; key = (key + 1) % KEYS) {
      for (ServiceInstance service : List.of(a, b)) {
        JsonNode answer = check(service.api(), key);
        if (!answer.get("source").asText().equals("redis")) {
          alone.add(id(key) + ": " + answer);
        }
      }
    }
    return alone;
  }

  private static long epoch(ServiceInstance service) {
    return status(service).get("redis").get("epoch").asLong();
  }

  /** Checks that are never denied, and so always go to Redis, each for another hash slot. */
  private static final class Steady implements Runnable {
    private final Api api;
    private int count;

    Steady(Api api) {
      this.api = api;
    }

    @Override
    public void run() {
      check(api, count++ % KEYS);
    }
  }

  /** Checks of one subject on one instance. */
  private static final class Checks implements Runnable {
    private final Api api;
    private final String subject;
    private volatile int admitted;
    private volatile int denied;
    private volatile int local;

    Checks(Api api, String subject) {
      this.api = api;
      this.subject = subject;
    }

    @Override
    public void run() {
      Answer answer =
          api.post("/v1/rate-checks", "{\"subject\":\"" + subject + "\",\"endpoint\":\"replaced\"}")
              .expect(200, 429);
      if (answer.status() == 200) {
        admitted++;
      } else {
        denied++;
      }
      if (answer.json().get("source").asText().equals("local")) {
        local++;
      }
    }
  }
}
