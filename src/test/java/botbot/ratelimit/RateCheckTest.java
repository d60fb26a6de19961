package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class RateCheckTest {

  private Api api;
  private Policies policies;
  private String endpoint;

  @BeforeEach
  void anEndpointOfItsOwn() {
    api = Api.ofThisTest();
    policies = new Policies(api);
    endpoint = "test." + UUID.randomUUID();
  }

  @Test
  void countsDownAndThenDenies() {
    policies.put(endpoint, endpoint, 5, 10_000);
    for (int remaining = 4; remaining >= 0; remaining--) {
      Answer answer = policies.check("user", endpoint).expect(200);
      assertTrue(answer.json().get("allowed").asBoolean());
      assertEquals(remaining, answer.json().get("remaining").asInt());
      assertEquals(5, answer.json().get("limit").asInt());
      assertEquals("redis", answer.json().get("source").asText());
      assertEquals("\"" + endpoint + "\";q=5;w=10", answer.header("RateLimit-Policy"));
      assertTrue(
          answer.header("RateLimit").startsWith("\"" + endpoint + "\";r=" + remaining + ";t="));
    }
    Answer denied = policies.check("user", endpoint).expect(429);
    assertEquals("application/problem+json", denied.header("Content-Type").split(";")[0]);
    assertEquals("no-store", denied.header("Cache-Control"));
    JsonNode problem = denied.json();
    assertEquals(
        "https://iana.org/assignments/http-problem-types#quota-exceeded",
        problem.get("type").asText());
    assertEquals(429, problem.get("status").asInt());
    assertEquals("/v1/rate-checks", problem.get("instance").asText());
    assertEquals(endpoint, problem.get("violated-policies").get(0).asText());
    assertFalse(problem.get("allowed").asBoolean());
    assertEquals(0, problem.get("remaining").asInt());
    long retry = problem.get("retryAfterMs").asLong();
    assertTrue(retry > 0 && retry <= 20_000, () -> retry + " ms");
    assertEquals(
        Math.max(1, Math.ceilDiv(retry, 1_000)), Long.parseLong(denied.header("Retry-After")));
    assertFalse(denied.header("RateLimit").isEmpty());
    assertFalse(problem.has("scope"));
    assertEquals(denied.header("X-Request-Id"), problem.get("requestId").asText());
    // what is not plain does not go the short way
    Answer other =
        api.sendJson(
                "POST",
                "/v1/rate-checks",
                "application/json; charset=utf-8",
                Policies.body("user", endpoint, 1))
            .expect(429);
    assertEquals(other.header("X-Request-Id"), other.json().get("requestId").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sliding-window", "exact"})
  void tellsHonestlyWhenToComeBack(String algorithm) {
    policies.put(endpoint, endpoint, 5, 1_000, "\"algorithm\":\"" + algorithm + "\"");
    Answer answer = policies.check("user", endpoint);
    while (answer.status() == 200) {
      answer = policies.check("user", endpoint);
    }
    long heard = System.nanoTime();
    long retry = answer.expect(429).json().get("retryAfterMs").asLong();
    if (retry > 250) {
      until(heard, retry - 150);
      policies.check("user", endpoint).expect(429);
    }
    until(heard, retry + 50);
    policies.check("user", endpoint).expect(200);
  }

  private static void until(long since, long ms) {
    long left = ms - Duration.ofNanos(System.nanoTime() - since).toMillis();
    Awaitility.await()
        .pollDelay(Duration.ofMillis(Math.max(0, left)))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> true);
  }

  @Test
  void asksAllPoliciesAndChargesAllOrNone() {
    policies.put("minute-" + endpoint, endpoint, 10, 60_000);
    policies.put("half-" + endpoint, endpoint, 30, 1_800_000);
    List<Integer> statuses = new ArrayList<>();
    Answer last = null;
    for (int i = 0; i < 31; i++) {
      last = policies.check("user", endpoint);
      statuses.add(last.status());
    }
    assertEquals(10, statuses.stream().filter(status -> status == 200).count());
    assertEquals(21, statuses.stream().filter(status -> status == 429).count());
    JsonNode half = last.json().get("policies").get(0);
    assertEquals("half-" + endpoint, half.get("name").asText());
    assertEquals(20, half.get("remaining").asInt());
    assertEquals(9, policies.check("other", endpoint).expect(200).json().get("remaining").asInt());
    Answer elsewhere = policies.check("user", endpoint + ".else").expect(200);
    assertEquals(0, elsewhere.json().get("policies").size());
    assertEquals("", elsewhere.header("RateLimit"));
  }

  @Test
  void otherTiersEndpointsAndSubjectsAreUntouched() {
    for (String tier : List.of("gold", "iron")) {
      api.put(
              "/v1/rate-policies/" + tier + "-" + endpoint,
              "{\"tier\":\"%s\",\"endpoint\":\"%s.*\",\"limit\":9,\"windowMs\":60000}"
                  .formatted(tier, endpoint))
          .expect(201);
    }
    String gold =
        "{\"subject\":\"user\",\"tier\":\"gold\",\"endpoint\":\"%s.x\",\"cost\":7}"
            .formatted(endpoint);
    assertEquals(2, api.post("/v1/rate-checks", gold).expect(200).json().get("remaining").asInt());
    String query = "/v1/rate-checks?endpoint=" + endpoint + ".x";
    assertEquals(2, left(query + "&subject=user&tier=gold"));
    assertEquals(9, left(query + "&subject=user&tier=iron"));
    assertEquals(9, left(query + "&subject=other&tier=gold"));
    // the policy is for all below the prefix: one counter
    assertEquals(2, left("/v1/rate-checks?subject=user&tier=gold&endpoint=" + endpoint + ".y"));
  }

  private int left(String query) {
    return api.get(query).expect(200).json().get("remaining").asInt();
  }

  @Test
  void weighsCosts() {
    policies.put(endpoint, endpoint, 2_000, 60_000);
    List<String> answers = new ArrayList<>();
    for (long cost : new long[] {1_000, 1_500, 500, 400, 100, 1}) {
      Answer answer = policies.check("user", endpoint, cost);
      answers.add(answer.status() + "/" + answer.json().get("remaining"));
    }
    assertEquals(List.of("200/1000", "429/1000", "200/500", "200/100", "200/0", "429/0"), answers);
  }

  @Test
  void aCostAboveTheLimitCanNeverPass() {
    policies.put(endpoint, endpoint, 10, 60_000);
    Answer denied = policies.check("user", endpoint, 11).expect(429);
    assertEquals("", denied.header("Retry-After"));
    assertFalse(denied.json().has("retryAfterMs"));
  }

  @Test
  void givesBackButNeverBeyondTheLimit() {
    policies.put(endpoint, endpoint, 10, 60_000);
    policies.check("user", endpoint, 4).expect(200);
    assertEquals(
        9, policies.check("user", endpoint, -3).expect(200).json().get("remaining").asInt());
    Answer full = policies.check("user", endpoint, -1_000).expect(200);
    assertEquals(10, full.json().get("remaining").asInt());
    assertEquals("\"" + endpoint + "\";r=10", full.header("RateLimit"));
  }

  @Test
  void aRefundEndsARememberedDenialAtOnce() {
    policies.put(endpoint, endpoint, 2, 60_000);
    policies.check("user", endpoint, 2).expect(200);
    policies.check("user", endpoint).expect(429);
    policies.check("user", endpoint).expect(429);
    policies.check("user", endpoint, -1).expect(200);
    policies.check("user", endpoint).expect(200);
  }

  @Test
  void aPeekFindsWhatACheckWouldAndChargesNothing() {
    policies.put(endpoint, endpoint, 2, 60_000);
    for (int i = 0; i < 3; i++) {
      JsonNode found = policies.peek("user", endpoint).json();
      assertTrue(found.get("allowed").asBoolean());
      assertEquals(2, found.get("remaining").asInt());
    }
    assertEquals(
        2, policies.check("user", endpoint, 0).expect(200).json().get("remaining").asInt());
    policies.check("user", endpoint, 2).expect(200);
    JsonNode nothing = policies.peek("user", endpoint).json();
    assertFalse(nothing.get("allowed").asBoolean());
    assertTrue(nothing.get("retryAfterMs").asLong() > 0);
  }

  @Test
  void startsAfresh() {
    policies.put("a-" + endpoint, endpoint, 2, 60_000);
    policies.put("b-" + endpoint, endpoint, 3, 60_000);
    policies.check("user", endpoint, 2).expect(200);
    policies.check("user", endpoint).expect(429);
    api.delete("/v1/rate-checks?subject=user&policy=a-" + endpoint).expect(204);
    policies.check("user", endpoint).expect(200);
    policies.check("user", endpoint).expect(429);
    api.delete("/v1/rate-checks?subject=user").expect(204);
    policies.check("user", endpoint, 2).expect(200);
  }

  /** On the short way and on the ordinary one. */
  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/json; charset=utf-8"})
  void makesChecksTogetherInTheirOrder(String mediaType) {
    policies.put(endpoint, endpoint, 2, 60_000);
    String check = Policies.body("user", endpoint, 1);
    JsonNode results =
        api.sendJson(
                "POST",
                "/v1/rate-checks/batch",
                mediaType,
                "{\"checks\":[" + String.join(",", check, check, check) + "]}")
            .expect(200)
            .json()
            .get("results");
    assertEquals("[200, 200, 429]", results.findValues("status").toString());
    assertEquals(1, results.get(0).get("remaining").asInt());
    assertEquals(0, results.get(1).get("remaining").asInt());
    assertTrue(results.get(2).get("retryAfterMs").asLong() > 0);
  }

  @Test
  void whatIsGivenBackCountsForTheChecksAfterItInTheSameBatch() {
    policies.put(endpoint, endpoint, 1, 60_000);
    policies.check("user", endpoint).expect(200);
    policies.check("user", endpoint).expect(429);
    String body =
        "{\"checks\":[%s,%s,%s]}"
            .formatted(
                Policies.body("user", endpoint, -1),
                Policies.body("user", endpoint, 1),
                Policies.body("user", endpoint, 1));
    JsonNode results = api.post("/v1/rate-checks/batch", body).expect(200).json().get("results");
    assertEquals("[200, 200, 429]", results.findValues("status").toString());
  }

  @Test
  void aShadowReportsAndDeniesNobody() {
    policies.put("shadow-" + endpoint, endpoint, 1, 60_000, "\"shadow\":true");
    policies.check("user", endpoint).expect(200);
    Answer second = policies.check("user", endpoint).expect(200);
    assertFalse(second.json().has("remaining"));
    assertEquals("", second.header("RateLimit-Policy"));
    JsonNode shadow = second.json().get("policies").get(0);
    assertTrue(shadow.get("shadow").asBoolean());
    assertEquals(0, shadow.get("remaining").asInt());
  }

  @Test
  void aChangedLimitTakesEffectOnRunningCounters() {
    policies.put(endpoint, endpoint, 100, 60_000);
    policies.check("user", endpoint, 3).expect(200);
    policies.put(endpoint, endpoint, 10, 60_000);
    assertEquals(7, policies.peek("user", endpoint).json().get("remaining").asInt());
    policies.put(endpoint, endpoint, 200, 60_000);
    assertEquals(197, policies.peek("user", endpoint).json().get("remaining").asInt());
  }

  @Test
  void aPolicyIsForItsTierAndAllBelowItsPrefix() {
    String body =
        "{\"tier\":\"gold\",\"endpoint\":\"%s.*\",\"limit\":9,\"windowMs\":60000}"
            .formatted(endpoint);
    api.put("/v1/rate-policies/" + endpoint, body).expect(201);
    String query = "/v1/rate-checks?subject=user&endpoint=" + endpoint;
    assertEquals(1, api.get(query + ".x&tier=gold").json().get("policies").size());
    assertEquals(0, api.get(query + "&tier=gold").json().get("policies").size());
    assertEquals(0, api.get(query + ".x&tier=iron").json().get("policies").size());
    assertEquals(0, api.get(query + ".x").json().get("policies").size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"subject\":\"\"}",
        "{\"subject\":\" a\"}",
        "{\"subject\":\"a\",\"cost\":1000001}",
        "{\"subject\":\"a\",\"cost\":-1000001}",
        "{\"subject\":\"a\",\"cost\":1.5}",
        "{\"subject\":\"a\",\"cost\":\"1\"}",
        "{\"subject\":\"a\",\"tier\":\"..\"}",
        "{\"subject\":\"a\",\"kost\":1}",
        "[]",
        "null",
        "{"
      })
  void refusesWhatIsNoCheck(String body) {
    assertEquals(400, api.post("/v1/rate-checks", body).expect(400).json().get("status").asInt());
    api.post("/v1/rate-checks/batch", "{\"checks\":[" + body + "]}").expect(400);
  }

  @Test
  void refusesBatchesThatAreEmptyOrTooLong() {
    api.post("/v1/rate-checks/batch", "{\"checks\":[]}").expect(400);
    String check = "{\"subject\":\"a\"}";
    String all = String.join(",", java.util.Collections.nCopies(257, check));
    api.post("/v1/rate-checks/batch", "{\"checks\":[" + all + "]}").expect(400);
    api.get("/v1/rate-checks").expect(400);
    api.get("/v1/rate-checks?subject=a%20").expect(400);
    api.delete("/v1/rate-checks").expect(400);
  }
}
