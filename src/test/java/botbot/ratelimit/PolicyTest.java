package botbot.ratelimit;

import static org.awaitility.Awaitility.await;
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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class PolicyTest {

  private static final String BODY =
      "{\"tier\":\"*\",\"endpoint\":\"policy-test\",\"limit\":5,\"windowMs\":60000}";

  private Api api;
  private String path;

  @BeforeEach
  void aPolicyOfItsOwn() {
    api = Api.ofThisTest();
    path = "/v1/rate-policies/" + UUID.randomUUID();
  }

  @Test
  void isCreatedWithDefaultsReplacedAndDeleted() {
    Answer created = api.put(path, BODY).expect(201);
    assertEquals(path, java.net.URI.create(created.header("Location")).getPath());
    JsonNode policy = created.json();
    assertEquals("sliding-window", policy.get("algorithm").asText());
    assertEquals("local", policy.get("onOutage").asText());
    assertFalse(policy.get("shadow").asBoolean());
    assertTrue(policy.get("enabled").asBoolean());
    assertEquals("\"" + policy.get("version") + "\"", created.header("ETag"));
    Answer replaced = api.put(path, BODY.replace("5", "6")).expect(200);
    assertTrue(replaced.json().get("version").asLong() > policy.get("version").asLong());
    assertEquals(replaced.json(), api.get(path).expect(200).json());
    api.delete(path).expect(204);
    api.get(path).expect(404);
    api.delete(path).expect(404);
    Answer again = api.put(path, BODY).expect(201);
    assertTrue(again.json().get("version").asLong() > replaced.json().get("version").asLong());
  }

  @Test
  void keepsToPreconditions() {
    api.put(path, BODY, "If-Match", "*").expect(412);
    String tag = api.put(path, BODY, "If-None-Match", "*").expect(201).header("ETag");
    Answer failed = api.put(path, BODY, "If-None-Match", "*").expect(412);
    assertEquals(tag, failed.header("ETag"));
    api.get(path, "If-None-Match", tag).expect(304);
    api.get(path, "If-Match", "\"0\"").expect(412);
    api.put(path, BODY, "If-Match", tag).expect(200);
    api.delete(path, "If-Match", tag).expect(412);
    api.delete(path).expect(204);
    api.delete(path, "If-Match", "*").expect(404);
  }

  @Test
  void isListedByNameInPages() {
    String prefix = "page-" + UUID.randomUUID();
    for (int i = 0; i < 3; i++) {
      api.put("/v1/rate-policies/" + prefix + i, BODY).expect(201);
    }
    List<String> names = new ArrayList<>();
    String query = "?limit=2";
    while (!query.isEmpty()) {
      JsonNode page = api.get("/v1/rate-policies" + query).expect(200).json();
      page.get("items").forEach(item -> names.add(item.get("name").asText()));
      query = page.has("nextCursor") ? "?limit=2&cursor=" + page.get("nextCursor").asText() : "";
    }
    assertEquals(names.stream().sorted().toList(), names);
    assertTrue(names.containsAll(List.of(prefix + 0, prefix + 1, prefix + 2)));
  }

  @Test
  void anEnabledOneAloneTakesPart() {
    String endpoint = "e-" + UUID.randomUUID();
    Policies policies = new Policies(api);
    policies.put(endpoint, endpoint, 1, 60_000, "\"enabled\":false");
    assertEquals(0, policies.peek("user", endpoint).json().get("policies").size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tier\":\"*\",\"endpoint\":\"*\",\"windowMs\":60000}",
        "{\"tier\":\"*\",\"limit\":5,\"windowMs\":60000}",
        "{\"tier\":\" a\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":60000}",
        "{\"tier\":\"*\",\"endpoint\":\"a \",\"limit\":5,\"windowMs\":60000}",
        "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":0,\"windowMs\":60000}",
        "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":1000000001,\"windowMs\":100}",
        "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":99}",
        "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":2678400001}",
        "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":10001,\"windowMs\":100,\"algorithm\":\"exact\"}",
        "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":100,\"algorithm\":\"fixed\"}",
        "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":100,\"onOutage\":\"wait\"}",
        "{\"name\":\"other\",\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":100}"
      })
  void refusesWhatIsNoPolicy(String body) {
    Answer refused = api.put(path, body).expect(400);
    assertEquals(1, refused.json().get("violations").size(), refused::toString);
    api.get(path).expect(404);
  }

  @ParameterizedTest
  @CsvSource({
    "1000000000, 2678400000, sliding-window",
    "1000000000, 100, sliding-window",
    "10000000, 2592000000, sliding-window",
    "1, 2678400000, sliding-window",
    "10000, 2678400000, exact"
  })
  void takesEveryLimitInEveryWindow(long limit, long windowMs, String algorithm) {
    String endpoint = "e-" + UUID.randomUUID();
    Policies policies = new Policies(api);
    String member = "\"algorithm\":\"" + algorithm + "\"";
    policies.put(endpoint, endpoint, limit, windowMs, member);
    await().until(() -> policies.peek("user", endpoint).json().has("limit"));
    long cost = Math.min(limit, CheckBody.MAX_COST);
    JsonNode answer = policies.check("user", endpoint, cost).expect(200).json();
    assertEquals("redis", answer.get("source").asText());
    assertEquals(limit - cost, answer.get("remaining").asLong());
    assertTrue(answer.get("resetMs").asLong() <= 2 * windowMs);
  }
}
