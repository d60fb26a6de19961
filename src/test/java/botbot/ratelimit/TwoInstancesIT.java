package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Frozen;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two packaged instances that count together. */
class TwoInstancesIT {

  private static final Executor CALLERS = Executors.newVirtualThreadPerTaskExecutor();

  private static PostgresServer postgres;
  private static RedisServer redis;
  private static ServiceInstance first;
  private static ServiceInstance second;
  private static Policies onFirst;
  private static Policies onSecond;

  private final String name = "two-" + UUID.randomUUID();

  @BeforeAll
  static void start() {
    postgres = PostgresServer.launch();
    redis = RedisServer.launch();
    first = ServiceInstance.launch("rate-first", postgres, redis);
    second = ServiceInstance.launch("rate-second", postgres, redis);
    onFirst = new Policies(first.api());
    onSecond = new Policies(second.api());
  }

  @AfterAll
  static void stop() {
    first.close();
    second.close();
    redis.close();
    postgres.close();
  }

  private static ConditionFactory withinASecond() {
    return Awaitility.await().atMost(Duration.ofSeconds(1)).pollInterval(Duration.ofMillis(20));
  }

  private void putEverywhere(long limit, long windowMs, String... members) {
    onFirst.put(name, name, limit, windowMs, members);
    withinASecond()
        .until(() -> onSecond.peek("nobody", name).json().path("limit").asLong() == limit);
  }

  @Test
  void fiveHundredChecksAtOnceAdmitExactlyTheLimit() {
    putEverywhere(100, 60_000);
    List<CompletableFuture<Answer>> checks =
        IntStream.range(0, 500)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> (i % 2 == 0 ? onFirst : onSecond).check("user", name), CALLERS))
            .toList();
    TreeMap<Integer, Integer> remaining = new TreeMap<>();
    int admitted = 0;
    for (CompletableFuture<Answer> check : checks) {
      Answer answer = check.join().expect(200, 429);
      assertEquals("redis", answer.json().get("source").asText());
      if (answer.status() == 200) {
        admitted++;
        remaining.merge(answer.json().get("remaining").asInt(), 1, Integer::sum);
      }
    }
    int all = admitted;
    // a window may end meanwhile
    assertTrue(all >= 100 && all <= 102, () -> all + " admitted");
    if (all == 100) {
      assertEquals(IntStream.range(0, 100).boxed().toList(), List.copyOf(remaining.keySet()));
    }
  }

  @Test
  void aPolicyIsInForceOnTheOtherWithinASecond() {
    putEverywhere(100, 60_000);
    onSecond.check("user", name, 3).expect(200);
    putEverywhere(10, 60_000);
    assertEquals(7, onSecond.peek("user", name).json().get("remaining").asInt());
    first.api().delete("/v1/rate-policies/" + name).expect(204);
    withinASecond().until(() -> onSecond.peek("user", name).json().get("policies").isEmpty());
  }

  @Test
  void aRefundEndsADenialOnTheOtherWithinASecond() {
    putEverywhere(2, 600_000);
    onSecond.check("user", name, 2).expect(200);
    onSecond.check("user", name).expect(429);
    onFirst.check("user", name, -1).expect(200);
    withinASecond().until(() -> onSecond.check("user", name).status() == 200);
  }

  @Test
  void aResetEndsADenialOnTheOtherWithinASecond() {
    putEverywhere(2, 600_000);
    onSecond.check("user", name, 2).expect(200);
    onSecond.check("user", name).expect(429);
    first.api().delete("/v1/rate-checks?subject=user&policy=" + name).expect(204);
    withinASecond().until(() -> onSecond.check("user", name).status() == 200);
  }

  @Test
  void aHigherLimitEndsADenialOnTheOtherWithinASecond() {
    putEverywhere(2, 600_000);
    onSecond.check("user", name, 2).expect(200);
    onSecond.check("user", name).expect(429);
    onFirst.put(name, name, 3, 600_000);
    withinASecond().until(() -> onSecond.check("user", name).status() == 200);
  }

  @Test
  void whatBothAdmittedAloneIsAddedUp() {
    putEverywhere(10, 600_000);
    try (Frozen frozen = redis.freeze()) {
      for (int i = 0; i < 3; i++) {
        assertEquals("local", source(onFirst.check("user", name).expect(200)));
        assertEquals("local", source(onSecond.check("user", name).expect(200)));
      }
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> onFirst.peek("user", name).json().get("remaining").asInt() == 4);
    assertEquals("redis", source(onSecond.peek("user", name)));
  }

  @Test
  void policiesStayInForceWhilePostgresqlIsAway() {
    putEverywhere(2, 600_000);
    try (Frozen frozen = postgres.freeze()) {
      onFirst.check("user", name, 2).expect(200);
      onSecond.check("user", name).expect(429);
    }
  }

  private static String source(Answer answer) {
    return answer.json().get("source").asText();
  }
}
