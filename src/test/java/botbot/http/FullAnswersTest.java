package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.http.json.Json;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages and batches hold at most 4 MiB of documents. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class FullAnswersTest {

  private static final int DOCUMENTS = 20;
  private static final long MOST = 4L << 20;
  private static final String DOCUMENT = "{\"text\":\"" + "x".repeat(250_000) + "\"}";

  private final Api api = Api.ofThisTest();
  private final String prefix = UUID.randomUUID() + ":";
  private final List<String> ids =
      IntStream.range(0, DOCUMENTS).mapToObj(n -> prefix + (100 + n)).toList();

  @Test
  void aPageOfSessionsEndsWhereItIsFull() {
    ids.forEach(id -> api.put("/v1/sessions/" + id, session(DOCUMENT)).expect(201));
    List<String> found = walk("/v1/sessions?userId=" + prefix, "id");
    assertEquals(ids.reversed(), found);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/agents, /v1/agents/%s/config, config, agentId",
    "/v1/settings, /v1/settings/%s, value, key"
  })
  void aPageOfDocumentsEndsWhereItIsFull(String list, String path, String field, String id) {
    String body = "{\"" + field + "\":" + DOCUMENT + "}";
    ids.forEach(one -> api.put(path.formatted(one), body).expect(201));
    assertEquals(ids, walk(list + "?prefix=" + prefix, id));
    batches(list + "/batch-get", id.equals("key") ? "keys" : "ids", id);

    String busy = path.formatted(ids.getFirst());
    for (int i = 1; i < DOCUMENTS; i++) {
      api.put(busy, body).expect(200);
    }
    List<String> versions = walk(busy + "/versions?a", "version");
    assertEquals(
        IntStream.iterate(DOCUMENTS, n -> n - 1).limit(DOCUMENTS).mapToObj(n -> "" + n).toList(),
        versions);
  }

  @Test
  void aBatchOfSessionsNamesWhatItLeavesUnread() {
    ids.forEach(id -> api.put("/v1/sessions/" + id, session(DOCUMENT)).expect(201));
    batches("/v1/sessions/batch-get", "ids", "id");
  }

  @Test
  void aBatchOfSessionsIsReadFromRedisInOneRoundTrip() {
    ids.forEach(id -> api.put("/v1/sessions/" + id, session("{\"n\":1}")).expect(201));
    String body = "{\"ids\":" + names(ids) + "}";
    // the first time a script is loaded
    api.post("/v1/sessions/batch-get", body).expect(200);
    double gets = commands("MGET") + commands("GET");
    double scripts = commands("cache_read");
    JsonNode batch = api.post("/v1/sessions/batch-get", body).expect(200).json();
    assertEquals(ids, texts(batch.get("items"), "id"));
    assertFalse(batch.has("unread"));
    assertEquals(1, commands("cache_read") - scripts);
    assertEquals(0, commands("MGET") + commands("GET") - gets);

    api.delete("/v1/sessions/" + ids.get(3)).expect(204);
    JsonNode rest = api.post("/v1/sessions/batch-get", body).expect(200).json();
    assertEquals(DOCUMENTS - 1, rest.get("items").size());
  }

  private double commands(String name) {
    return api.metric("botbot_redis_command_seconds_count{command=\"" + name + "\"");
  }

  private String session(String data) {
    return "{\"userId\":\"" + prefix + "\",\"data\":" + data + "}";
  }

  private List<String> walk(String list, String id) {
    List<String> found = new ArrayList<>();
    String cursor = "";
    for (boolean more = true; more; ) {
      String path = list.replace("?a", "?limit=200") + (list.endsWith("?a") ? "" : "&limit=200");
      String body = api.get(path + cursor).expect(200).body();
      assertTrue(body.length() < MOST + 20_000, "too long: " + body.length());
      JsonNode page = new Json(body).tree();
      found.addAll(texts(page.get("items"), id));
      more = page.has("nextCursor");
      cursor = more ? "&cursor=" + page.get("nextCursor").asText() : "";
    }
    return found;
  }

  private void batches(String path, String field, String id) {
    List<String> found = new ArrayList<>();
    List<String> wanted = ids;
    while (!wanted.isEmpty()) {
      String body = api.post(path, "{\"" + field + "\":" + names(wanted) + "}").expect(200).body();
      assertTrue(body.length() < MOST + 20_000, "too long: " + body.length());
      JsonNode batch = new Json(body).tree();
      List<String> items = texts(batch.get("items"), id);
      assertFalse(items.isEmpty());
      found.addAll(items);
      List<String> unread = new ArrayList<>();
      batch.path("unread").forEach(one -> unread.add(one.asText()));
      wanted = unread;
    }
    assertEquals(ids, found);
  }

  private static String names(List<String> ids) {
    return ids.stream().map(one -> "\"" + one + "\"").collect(Collectors.joining(",", "[", "]"));
  }

  private static List<String> texts(JsonNode items, String field) {
    return StreamSupport.stream(items.spliterator(), false)
        .map(item -> item.get(field).asText())
        .toList();
  }
}
