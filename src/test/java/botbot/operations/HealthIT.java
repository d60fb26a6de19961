package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.cache.TwoInstances;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Frozen;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the health of two instances says while something is wrong with a backend, and how soon. */
class HealthIT {

  private static final int ASKED = 7;
  private static final Duration BOUND = Duration.ofMillis(300);

  private final TwoInstances two = TwoInstances.healthy();

  @AfterEach
  void wellAgain() {
    two.awaitHits();
    for (Api api : two.apis()) {
      Awaitility.await("well").until(() -> api.get("/q/health/well").status() == 200);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFaultIsNamedWithinThreeTenthsOfASecondAndNothingIsRestartedForIt(Fault fault) {
    Runnable mend = fault.begin(two);
    try {
      // before it is noticed too
      for (Api api : two.apis()) {
        ask(api, "/q/health/ready");
        ask(api, "/q/health/well");
      }
      for (Api api : two.apis()) {
        // a machine that stands still for a moment is a fault too, and not this one
        Awaitility.await("notice")
            .atMost(Duration.ofSeconds(5))
            .until(() -> isNamed(api.get("/q/health/well"), fault));
        JsonNode live = ask(api, "/q/health/live").expect(200).json();
        assertEquals(1, live.get("checks").size(), "liveness depends on nothing");
        ask(api, "/q/health/started").expect(200);
        Answer ready = ask(api, "/q/health/ready").expect(200);
        Answer well = ask(api, "/q/health/well").expect(503);
        assertTrue(isNamed(well, fault), well::toString);
        for (String dependency : new String[] {"redis", "postgres"}) {
          assertTrue(check(well, dependency).at("/data/latencyMs").isNumber(), well::toString);
          assertTrue(check(ready, dependency).at("/data/mode").isTextual(), ready::toString);
        }
        System.out.printf(
            "%s: live 200, ready 200, well 503: %s%n", fault, check(well, fault.check()));
      }
    } finally {
      mend.run();
    }
  }

  /** Asks several times, and gives the last answer; most of them must come in time. */
  private static Answer ask(Api api, String path) {
    long[] took = new long[ASKED];
    Answer answer = null;
    for (int i = 0; i < ASKED; i++) {
      long start = System.nanoTime();
      answer = api.get(path);
      took[i] = System.nanoTime() - start;
    }
    Arrays.sort(took);
    Duration median = Duration.ofNanos(took[ASKED / 2]);
    assertTrue(median.compareTo(BOUND) < 0, () -> path + " took " + median);
    System.out.printf(
        "%s: half within %.1f ms, all within %.1f ms%n",
        path, median.toNanos() / 1e6, took[ASKED - 1] / 1e6);
    return answer;
  }

  @Test
  void aRedisThatIsFullIsSoStillWhenItWasAway() {
    Runnable mend = Fault.REDIS_FULL.begin(two);
    try {
      Api api = two.a.api();
      Awaitility.await("notice").until(() -> isNamed(api.get("/q/health/well"), Fault.REDIS_FULL));
      try (Frozen frozen = two.redis.freeze()) {
        Awaitility.await("a report to be missed")
            .until(() -> api.get("/q/metrics").body().contains("redis_memory_used_bytes NaN"));
      }
      Answer[] well = new Answer[1];
      Awaitility.await("Redis to be back")
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                well[0] = api.get("/q/health/well");
                return check(well[0], "redis").get("status").asText().equals("UP");
              });
      assertTrue(isNamed(well[0], Fault.REDIS_FULL), well[0]::toString);
    } finally {
      mend.run();
    }
  }

  /** A connection that was the first to be lost is named too, before it is known that all are. */
  private static boolean isNamed(Answer well, Fault fault) {
    JsonNode check = check(well, fault.check());
    boolean isOfRedis = fault.check().equals("redis");
    return check.get("status").asText().equals("DOWN")
        && (!isOfRedis || check.at("/data/mode").asText().equals("degraded"))
        && check.path("data").toString().toLowerCase(Locale.ROOT).contains(fault.cause());
  }

  private static JsonNode check(Answer answer, String name) {
    return StreamSupport.stream(answer.json().get("checks").spliterator(), false)
        .filter(check -> check.get("name").asText().equals(name))
        .findAny()
        .orElseThrow(() -> new AssertionError(name + " in " + answer));
  }
}
