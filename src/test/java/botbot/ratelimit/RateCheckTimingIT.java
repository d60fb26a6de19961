package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Five in ten seconds, to the millisecond. The window's phase differs from subject to subject, so
 * that many subjects stand for many phases.
 */
class RateCheckTimingIT {
  private static final int SUBJECTS = 12;
  private static final Executor CALLERS = Executors.newVirtualThreadPerTaskExecutor();

  private static PostgresServer postgres;
  private static RedisServer redis;
  private static ServiceInstance service;

  @BeforeAll
  static void start() {
    postgres = PostgresServer.launch();
    redis = RedisServer.launch();
    service = ServiceInstance.launch("timing", postgres, redis);
    Api api = service.api();
    api.put(
            "/v1/rate-policies/five",
            "{\"tier\": \"*\", \"endpoint\": \"five\", \"limit\": 5, \"windowMs\": 10000}")
        .expect(201);
    IntStream.range(0, 200).forEach(i -> check("warm-" + i).expect(200));
  }

  @AfterAll
  static void stop() {
    service.close();
    redis.close();
    postgres.close();
  }

  @Test
  void fiveOfSixWithin200MillisecondsPassAtAnyPhaseOfTheWindow() {
    for (int subject = 0; subject < SUBJECTS; subject++) {
      sixChecks("six-" + subject);
    }
  }

  @Test
  void aDeniedOnePassesWhenItsTimeHasComeAndNotBefore() {
    List<CompletableFuture<Void>> all =
        IntStream.range(0, SUBJECTS)
            .mapToObj(i -> CompletableFuture.runAsync(() -> deniedThenAllowed("r-" + i), CALLERS))
            .toList();
    all.forEach(CompletableFuture::join);
  }

  private static Answer sixChecks(String subject) {
    long begin = System.nanoTime();
    for (int left = 4; left >= 0; left--) {
      Answer allowed = check(subject).expect(200);
      assertEquals(left, allowed.json().get("remaining").asInt(), subject);
    }
    Answer denied = check(subject).expect(429);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertTrue(took.toMillis() < 200, "six checks took " + took);

    JsonNode problem = denied.json();
    long retryAfterMs = problem.get("retryAfterMs").asLong();
    assertEquals(
        "https://iana.org/assignments/http-problem-types#quota-exceeded",
        problem.get("type").asText());
    assertEquals(429, problem.get("status").asInt());
    assertEquals("five", problem.get("violated-policies").get(0).asText());
    assertEquals(0, problem.get("remaining").asInt());
    assertEquals(
        Math.max(1, Math.ceilDiv(retryAfterMs, 1000)),
        Long.parseLong(denied.header("Retry-After")));
    assertEquals("\"five\";q=5;w=10", denied.header("RateLimit-Policy"));
    assertTrue(denied.header("RateLimit").startsWith("\"five\";r=0;t="), denied.toString());
    assertEquals("no-store", denied.header("Cache-Control"));
    return denied;
  }

  private static void deniedThenAllowed(String subject) {
    IntStream.range(0, 5).forEach(i -> check(subject).expect(200));
    long before = System.nanoTime();
    long retryAfterMs = check(subject).expect(429).json().get("retryAfterMs").asLong();
    long after = System.nanoTime();
    assertTrue(retryAfterMs > 0 && retryAfterMs <= 20_000, "retryAfterMs " + retryAfterMs);
    at(before, retryAfterMs - 150, () -> check(subject)).expect(429);
    at(after, retryAfterMs + 50, () -> check(subject)).expect(200);
  }

  private static Answer at(long nanos, long plusMs, Supplier<Answer> call) {
    long due = nanos + TimeUnit.MILLISECONDS.toNanos(plusMs) - System.nanoTime();
    Executor then = CompletableFuture.delayedExecutor(due, TimeUnit.NANOSECONDS, CALLERS);
    return CompletableFuture.supplyAsync(call, then).join();
  }

  private static Answer check(String subject) {
    return service
        .api()
        .post("/v1/rate-checks", "{\"subject\": \"" + subject + "\", \"endpoint\": \"five\"}");
  }
}
