package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.PostgresServer;
import botbot.testing.RedisSentinels;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances, and a primary that Sentinel replaces. */
class SentinelIT {

  private static final int PER_SECOND = 20;
  private static final Duration SOON = Duration.ofSeconds(1);

  private static PostgresServer postgres;
  private static RedisSentinels redis;
  private static ServiceInstance first;
  private static ServiceInstance second;

  @BeforeAll
  static void start() {
    postgres = PostgresServer.launch();
    redis = RedisSentinels.launch();
    first = service("sentinel-a");
    second = service("sentinel-b");
    MixedTraffic traffic = new MixedTraffic(first.api());
    traffic.prepare();
    Load.start(PER_SECOND, Duration.ofSeconds(8), traffic::request).await();
  }

  private static ServiceInstance service(String name) {
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), redis.urls());
    environment.put("QUARKUS_REDIS_CLIENT_TYPE", "sentinel");
    environment.put("QUARKUS_REDIS_MASTER_NAME", RedisSentinels.NAME);
    return ServiceInstance.launch(name, environment).awaitReady();
  }

  @AfterAll
  static void stop() {
    first.close();
    second.close();
    redis.close();
    postgres.close();
  }

  @BeforeEach
  void awaitCalm() {
    redis.awaitCalm();
    await("Redis to be in use").atMost(Duration.ofSeconds(10)).until(SentinelIT::areNormal);
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions();
  }

  private static boolean areNormal() {
    return Stream.of(first, second)
        .allMatch(one -> one.api().get("/v1/status").json().get("mode").asText().equals("normal"));
  }

  /** How long after now both instances use Redis again. */
  private static Duration untilNormal() {
    long start = System.nanoTime();
    await("Redis to be in use").atMost(Duration.ofSeconds(20)).until(SentinelIT::areNormal);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** What is allowed until then: a machine that does other things as well takes its time. */
  private static Duration bound(Load load) {
    Duration some = Duration.ofMillis(1_500);
    await("traffic").atMost(Duration.ofSeconds(5)).until(() -> load.elapsed().compareTo(some) > 0);
    Duration slow = Load.percentile(load.samples(), 0.9);
    boolean quiet = slow.compareTo(Duration.ofMillis(30)) <= 0;
    System.out.printf("Nine of ten calls before: within %d ms%n", slow.toMillis());
    return quiet ? SOON : SOON.multipliedBy(4);
  }

  private static Duration between(long from, long to) {
    return Duration.ofNanos(to - from);
  }

  private static void nobodyNoticed(Load load, MixedTraffic traffic) {
    List<Sample> samples = load.await();
    assertEquals(List.of(), samples.stream().filter(s -> s.status() != 200).toList());
    assertEquals(List.of(), traffic.staleReads());
    assertEquals(List.of(), first.errors());
    assertEquals(List.of(), second.errors());
  }

  @Test
  void afterTheDeathOfThePrimaryRedisIsInUseWithinASecondOfThePromotion() {
    MixedTraffic traffic = new MixedTraffic(first.api());
    traffic.prepare();
    RedisServer old = redis.primary();
    Load load = Load.start(PER_SECOND, Duration.ofSeconds(10), traffic::request);
    Duration bound = bound(load);
    long killed = System.nanoTime();
    old.kill();
    try {
      redis.awaitPromotion(old);
      Duration away = between(killed, System.nanoTime());
      Duration took = untilNormal();
      System.out.printf(
          "Primary killed: promotion after %d ms, Redis in use %d ms after that%n",
          away.toMillis(), took.toMillis());
      assertTrue(took.compareTo(bound) <= 0, took::toString);
      nobodyNoticed(load, traffic);
    } finally {
      old.start();
    }
  }

  /** Checks of one subject by both instances in turn, and what became of them. */
  private static final class Checks {
    private final String subject;
    private final AtomicInteger admitted = new AtomicInteger();

    Checks(String subject) {
      this.subject = subject;
    }

    Answer check(int number) {
      Api api = number % 2 == 0 ? first.api() : second.api();
      Answer answer =
          api.post(
              "/v1/rate-checks",
              "{\"subject\":\"%s\",\"endpoint\":\"failover\"}".formatted(subject));
      if (answer.status() == 200) {
        admitted.incrementAndGet();
      }
      return answer;
    }

    void check(int count, int expected) {
      for (int i = 0; i < count; i++) {
        check(i).expect(expected);
      }
    }
  }

  @Test
  void aPlannedFailoverAdmitsNoMoreThanWhatWasLeft() {
    int limit = 400;
    // so long that nothing is given back meanwhile, should a window end just now
    String policy =
        "{\"tier\":\"*\",\"endpoint\":\"failover\",\"limit\":400,\"windowMs\":2592000000}";
    first.api().put("/v1/rate-policies/failover", policy).expect(200, 201);
    await("the policy")
        .atMost(Duration.ofSeconds(2))
        .until(
            () ->
                second
                        .api()
                        .get("/v1/rate-checks?subject=x&endpoint=failover")
                        .json()
                        .path("limit")
                        .asInt()
                    == limit);
    MixedTraffic traffic = new MixedTraffic(first.api());
    traffic.prepare();
    Checks half = new Checks("half");
    half.check(200, 200);
    Checks near = new Checks("near");
    int left = 10;
    near.check(limit - left, 200);
    Checks full = new Checks("full");
    full.check(limit, 200);
    RedisServer old = redis.primary();
    Load load = Load.start(PER_SECOND, Duration.ofSeconds(12), traffic::request);
    Load halfLoad = Load.start(PER_SECOND, Duration.ofSeconds(14), half::check);
    Load nearLoad = Load.start(PER_SECOND, Duration.ofSeconds(12), near::check);
    Load fullLoad = Load.start(PER_SECOND, Duration.ofSeconds(12), full::check);
    Duration bound = bound(load);
    long begun = System.nanoTime();
    redis.failOver();
    redis.awaitPromotion(old);
    Duration away = between(begun, System.nanoTime());
    Duration took = untilNormal();
    nobodyNoticed(load, traffic);
    halfLoad.await();
    nearLoad.await();
    fullLoad.await();
    System.out.printf(
        "Planned failover: promotion after %d ms, Redis in use %d ms after that; admitted %d,"
            + " %d and %d of %d%n",
        away.toMillis(),
        took.toMillis(),
        half.admitted.get(),
        near.admitted.get(),
        full.admitted.get(),
        limit);
    assertTrue(took.compareTo(bound) <= 0, took::toString);
    assertEquals(limit, full.admitted.get());
    // each instance alone may admit what was left
    assertTrue(near.admitted.get() <= limit + left, near.admitted::toString);
    // what was under way when the old primary was left may count twice
    assertEquals(limit, half.admitted.get(), 10);
  }
}
