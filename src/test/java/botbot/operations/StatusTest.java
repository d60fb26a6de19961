package botbot.operations;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What administrators are told of an instance. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class StatusTest {

  private final Api admin = Api.ofThisTest();
  private final String id = "status-" + UUID.randomUUID();

  @Test
  void theTrafficOfTheLastSecondsIsTold() {
    policy();
    await("requests, and denied ones among them")
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              for (int i = 0; i < 20; i++) {
                admin.post("/v1/rate-checks", check()).expect(200, 429);
              }
              JsonNode traffic = admin.get("/v1/status").expect(200).json().path("traffic");
              double p99 = traffic.path("p99Ms").asDouble();
              return traffic.path("requestsPerSecond").asDouble() > 1
                  && traffic.path("deniedPerSecond").asDouble() > 1
                  && p99 > 0
                  && p99 <= 2500;
            });
    admin.delete("/v1/rate-policies/" + id).expect(204);
  }

  @Test
  void theHistoryHasASampleEveryFiveSeconds() {
    await("two samples")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              admin.get("/v1/settings/" + id).expect(404);
              return history().path("samples").size() >= 2;
            });
    JsonNode history = history();
    assertEquals(5000, history.path("periodMs").asLong());
    JsonNode samples = history.path("samples");
    Instant first = at(samples.get(samples.size() - 2));
    Instant second = at(samples.get(samples.size() - 1));
    Duration between = Duration.between(first, second);
    assertTrue(between.compareTo(Duration.ofSeconds(4)) > 0, between::toString);
    assertTrue(samples.get(0).path("mode").isTextual(), samples::toString);
    assertTrue(samples.get(0).path("redisReachable").isBoolean(), samples::toString);
  }

  @Test
  void whoLooksAtAnIdleInstanceSeesThatItIsIdle() {
    await("the requests of other tests are over")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> admin.get("/v1/status").json().at("/traffic/requestsPerSecond").asDouble() == 0);
    assertTrue(admin.get("/v1/status").json().at("/traffic/p99Ms").isMissingNode());
  }

  @Test
  void onlyAdministratorsAreTold() {
    String key = admin.newKey(id, "frontend");
    admin.withKey(key).get("/v1/status").expect(403);
    admin.withKey(key).get("/v1/status/history").expect(403);
  }

  private JsonNode history() {
    return admin.get("/v1/status/history").expect(200).json();
  }

  private static Instant at(JsonNode sample) {
    return Instant.parse(sample.path("at").asText());
  }

  private void policy() {
    admin
        .put(
            "/v1/rate-policies/" + id,
            "{\"tier\":\"%s\",\"endpoint\":\"*\",\"limit\":1,\"windowMs\":600000}".formatted(id))
        .expect(201);
  }

  private String check() {
    return "{\"subject\":\"s\",\"tier\":\"%s\"}".formatted(id);
  }
}
