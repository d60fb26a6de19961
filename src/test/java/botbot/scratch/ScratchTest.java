package botbot.scratch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ScratchTest {

  private final Api api = Api.ofThisTest();
  private final String namespace = "n:" + UUID.randomUUID();
  private final String path = "/v1/scratch/" + namespace + "/k";

  @Test
  void anyJsonIsKeptExactly() {
    for (String body :
        List.of(
            "{\"b\":1.10,\"a\":[1e400,12345678901234567890]}",
            "[]",
            "\"é\"",
            "0.00",
            "true",
            "null")) {
      api.put(path, body).expect(200, 201);
      Answer get = api.get(path).expect(200);
      assertEquals(body, get.body());
      assertTrue(get.header("Content-Type").startsWith("application/json"));
      assertEquals(body, api.post(path + "/take", "").expect(200).body());
    }
  }

  @Test
  void aFieldMayHaveANameOfAnyLength() {
    String body = "{\"" + "n".repeat(200_000) + "\":1}";
    api.put(path, body).expect(201);
    assertEquals(body, api.get(path).expect(200).body());
  }

  @Test
  void aBodyThatIsNoJsonOrNoBodyAtAllIsRefused() {
    api.put(path, "{").expect(400);
    api.put(path, "").expect(400);
    api.put(path, "\"a\\u0000\"").expect(400);
    api.put(path, "\"" + "x".repeat(300_000) + "\"").expect(413);
    api.sendJson("PUT", path, "text/plain", "x").expect(415);
    api.get(path).expect(404);
  }

  @Test
  void aReadTellsWhenTheValueIsGoneAndThatItMustBeAskedForAgain() {
    Answer put = api.put(path + "?ttlSeconds=60", "1").expect(201);
    Instant end = Instant.parse(put.json().get("expiresAt").asText());
    assertTrue(
        end.isAfter(Instant.now().plusSeconds(55)) && end.isBefore(Instant.now().plusSeconds(65)));
    Answer get = api.get(path).expect(200);
    assertEquals("no-cache, no-transform", get.header("Cache-Control"));
    assertTrue(
        get.header("Expires").matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"));
    assertEquals(put.etag(), get.etag());
    assertEquals("redis; hit", get.cacheStatus());
    assertEquals(
        "no-cache, no-transform",
        api.get(path, "If-None-Match", get.etag().orElseThrow())
            .expect(304)
            .header("Cache-Control"));
  }

  @Test
  void theEndIsAbsolute() {
    api.put(path + "?ttlSeconds=1", "1").expect(201);
    long start = System.nanoTime();
    await().pollInterval(Duration.ofMillis(10)).until(() -> api.get(path).status() == 404);
    Duration lived = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(lived.toMillis() > 850 && lived.toMillis() < 1150, lived.toString());
    api.post(path + "/take", "").expect(404);
    api.delete(path).expect(404);
    api.put(path, "2", "If-None-Match", "*").expect(201);
  }

  @Test
  void theTtlHasBounds() {
    for (String ttl : List.of("0", "-1", "604801", "x", "1.5")) {
      Answer refused = api.put(path + "?ttlSeconds=" + ttl, "1").expect(400);
      assertEquals("ttlSeconds", refused.json().at("/violations/0/field").asText());
    }
    api.put(path + "?ttlSeconds=604800", "1").expect(201);
    api.put("/v1/scratch/a%20b/k", "1").expect(400);
    api.get("/v1/scratch/" + namespace + "/a%20").expect(400);
  }

  @Test
  void conditionsHoldOrNothingHappens() {
    api.put(path, "1", "If-Match", "*").expect(412);
    Answer created = api.put(path, "1", "If-None-Match", "*").expect(201);
    String tag = created.etag().orElseThrow();
    assertEquals(path, created.header("Location").replaceFirst("^https?://[^/]+", ""));
    assertEquals(tag, api.put(path, "2", "If-None-Match", "*").expect(412).etag().orElseThrow());
    String next = api.put(path, "2", "If-Match", tag).expect(200).etag().orElseThrow();
    assertFalse(next.equals(tag));
    api.put(path, "3", "If-Match", tag).expect(412);
    api.get(path, "If-Match", tag).expect(412);
    api.delete(path, "If-Match", tag).expect(412);
    assertEquals("2", api.get(path).expect(200).body());
    api.delete(path, "If-Match", next).expect(204);
    api.delete(path, "If-Match", next).expect(404);
    assertFalse(api.put(path, "4").expect(201).etag().orElseThrow().equals(next));
  }

  @Test
  void aValueIsTakenOnceAndGone() {
    api.put(path, "{\"a\":1}").expect(201);
    assertEquals("{\"a\":1}", api.post(path + "/take", "").expect(200).body());
    api.post(path + "/take", "").expect(404);
    api.get(path).expect(404);
  }

  @Test
  void aRedisThatStillHoldsAValueDoesNotLetItBeTakenTwice() {
    api.put(path, "1").expect(201);
    Backends.postgres().query("delete from scratch_value where namespace = '" + namespace + "'");
    assertEquals("redis; hit", api.get(path).expect(200).cacheStatus());
    api.post(path + "/take", "").expect(404);
  }

  @Test
  void aNamespaceIsListedByKeyInPages() {
    for (String key : List.of("c", "a", "b", "gone")) {
      api.put("/v1/scratch/" + namespace + "/" + key, "1").expect(201);
    }
    api.delete("/v1/scratch/" + namespace + "/gone").expect(204);
    Answer page = api.get("/v1/scratch/" + namespace + "?limit=2").expect(200);
    assertEquals(List.of("a", "b"), keys(page));
    assertEquals(2, page.json().at("/items/0").size());
    String cursor = page.json().get("nextCursor").asText();
    Answer rest = api.get("/v1/scratch/" + namespace + "?limit=2&cursor=" + cursor).expect(200);
    assertEquals(List.of("c"), keys(rest));
    assertFalse(rest.json().has("nextCursor"));
    assertEquals(0, api.get("/v1/scratch/nothing").expect(200).json().get("items").size());
  }

  private static List<String> keys(Answer page) {
    return StreamSupport.stream(page.json().get("items").spliterator(), false)
        .map(item -> item.get("key").asText())
        .toList();
  }
}
