package botbot.setting;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.document.schema.Costly;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class SettingsTest {

  @Inject AgroalDataSource database;

  private final Api api = Api.ofThisTest();
  private final String key = "s:" + UUID.randomUUID();
  private final String path = "/v1/settings/" + key;

  @Test
  void aSettingIsReadAsItWasWritten() {
    String value = "{\"b\":1.10,\"a\":[null,1e400,12345678901234567890]}";
    Answer put = api.put(path, "{\"value\":" + value + "}").expect(201);
    assertEquals(path, put.header("Location").replaceFirst("^https?://[^/]+", ""));
    Answer get = api.get(path).expect(200);
    assertTrue(get.body().contains("\"value\":" + value), get.body());
    assertEquals(put.body(), get.body());
    assertTrue(get.header("Content-Type").startsWith("application/json"));
    JsonNode json = get.json();
    assertEquals(key, json.get("key").asText());
    assertEquals(1, json.get("version").asLong());
    assertEquals("admin", json.get("updatedBy").asText());
    assertTrue(json.get("updatedAt").asText().matches("\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z"));
    assertEquals(5, json.size());
    assertTagOf(1, get);
  }

  @Test
  void nullIsAValueAndAMissingOneIsNot() {
    api.put(path, "{\"value\":null}").expect(201);
    assertTrue(api.get(path).expect(200).json().get("value").isNull());
    api.put(path, "{}").expect(400);
    api.put(path, "{\"value\":1,\"more\":2}").expect(400);
  }

  @Test
  void versionsCountFromOneAlsoOverADeletion() {
    api.put(path, "{\"value\":1}").expect(201);
    api.put(path, "{\"value\":2}").expect(200);
    api.delete(path).expect(204);
    api.get(path).expect(404);
    api.delete(path).expect(404);
    assertEquals(3, api.put(path, "{\"value\":3}").expect(201).json().get("version").asLong());
    assertEquals(3, api.get(path).expect(200).json().get("value").asLong());
  }

  @Test
  void theHistoryTellsWhoWroteAndWhoDeleted() {
    api.put(path, "{\"value\":1,\"schema\":{\"type\":\"integer\"}}").expect(201);
    api.put(path, "{\"value\":2}").expect(200);
    api.delete(path).expect(204);
    JsonNode items = api.get(path + "/versions").expect(200).json().get("items");
    assertEquals(2, items.size());
    assertEquals(2, items.get(0).get("version").asLong());
    assertEquals("admin", items.get(0).get("deletedBy").asText());
    assertFalse(items.get(1).has("deletedAt"));
    assertEquals("integer", items.get(1).get("schema").get("type").asText());
    Answer first = api.get(path + "/versions/1").expect(200);
    assertEquals(1, first.json().get("value").asLong());
    String tag = assertTagOf(1, first);
    api.get(path + "/versions/1", "If-None-Match", tag).expect(304);
    api.get(path + "/versions/3").expect(404);
    api.get(path + "/versions/x").expect(400);
    api.get(path + "x/versions").expect(404);
  }

  @Test
  void theHistoryIsPagedFromTheNewest() {
    IntStream.rangeClosed(1, 5).forEach(n -> api.put(path, "{\"value\":" + n + "}"));
    Answer page = api.get(path + "/versions?limit=3").expect(200);
    assertEquals(List.of(5L, 4L, 3L), numbers(page, "version"));
    String cursor = page.json().get("nextCursor").asText();
    Answer rest = api.get(path + "/versions?limit=3&cursor=" + cursor).expect(200);
    assertEquals(List.of(2L, 1L), numbers(rest, "version"));
    assertFalse(rest.json().has("nextCursor"));
  }

  @Test
  void aCheckTellsWhatAPutWouldRefuseAndStoresNothing() {
    api.post(path + "/check", "{\"value\":1}").expect(204);
    api.get(path).expect(404);
    api.put(path, "{\"value\":1,\"schema\":{\"type\":\"integer\"}}").expect(201);
    Answer refused = api.post(path + "/check", "{\"value\":\"text\"}").expect(422);
    assertEquals(
        api.put(path, "{\"value\":\"text\"}").expect(422).json().get("violations"),
        refused.json().get("violations"));
    api.post(path + "/check", "{\"value\":\"text\",\"schema\":true}").expect(204);
    api.post(path + "/check", "{\"value\":1,\"schema\":{\"type\":7}}").expect(422);
    api.post(path + "/check", "{\"value\":\"" + "x".repeat(300_000) + "\"}").expect(413);
    assertEquals(1, api.get(path).expect(200).json().get("version").asLong());
  }

  @Test
  void aRollbackIsANewVersionWithTheOldContent() {
    api.put(path, "{\"value\":\"old\"}").expect(201);
    api.put(path, "{\"value\":\"new\"}").expect(200);
    Answer back = api.post(path + "/rollback", "{\"version\":1}").expect(200);
    assertEquals("old", back.json().get("value").asText());
    assertTagOf(3, back);
    assertEquals(back.body(), api.get(path).expect(200).body());
    api.post(path + "/rollback", "{\"version\":4}").expect(404);
    api.post(path + "/rollback", "{\"version\":0}").expect(400);
    api.post(path + "/rollback", "{}").expect(400);
    api.post(path + "/rollback", "{\"version\":1}", "If-Match", "\"2\"").expect(412);
    api.delete(path).expect(204);
    assertEquals(
        4,
        api.post(path + "/rollback", "{\"version\":2}").expect(200).json().get("version").asInt());
    api.get(path).expect(200);
  }

  @Test
  void aRollbackKeepsToTheSchemaInForce() {
    api.put(path, "{\"value\":\"text\"}").expect(201);
    api.put(path, "{\"value\":1,\"schema\":{\"type\":\"integer\"}}").expect(200);
    Answer refused = api.post(path + "/rollback", "{\"version\":1}").expect(422);
    assertEquals("value", refused.json().at("/violations/0/field").asText());
    assertEquals(2, api.get(path).json().get("version").asLong());
  }

  @Test
  void aSchemaIsKeptAndChecksThisAndEveryLaterVersion() {
    String schema = "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}";
    Answer first = api.put(path, "{\"value\":{\"n\":\"x\"},\"schema\":" + schema + "}").expect(422);
    assertEquals("value.n", first.json().at("/violations/0/field").asText());
    api.get(path).expect(404);
    api.get(path + "/versions").expect(404);

    api.put(path, "{\"value\":{\"n\":1},\"schema\":" + schema + "}").expect(201);
    api.put(path, "{\"value\":{\"n\":\"x\"}}").expect(422);
    api.put(path, "{\"value\":{\"n\":2},\"schema\":{\"type\":\"banana\"}}").expect(422);
    api.put(path, "{\"value\":{\"n\":2},\"schema\":{\"$ref\":\"http://127.0.0.1:1/s\"}}")
        .expect(422);
    api.put(path, "{\"value\":{\"n\":2},\"schema\":null}").expect(422);
    assertEquals(1, api.get(path).json().get("version").asLong());
    api.put(path, "{\"value\":{\"n\":2}}").expect(200);
    api.put(path, "{\"value\":{\"n\":\"x\"},\"schema\":true}").expect(200);
  }

  @Test
  void whatIsTooDeepOrTooLongIsRefusedAndChangesNothing() {
    String deep = "[".repeat(200) + "]".repeat(200);
    api.put(path, "{\"value\":" + deep + "}").expect(400);
    api.put(path, "{\"value\":1,\"schema\":" + deep + "}").expect(400);
    api.put(path, "{\"value\":\"" + "x".repeat(300_000) + "\"}").expect(413);
    String costly = "{\"value\":\"" + "a".repeat(40) + "!\",\"schema\":{\"pattern\":\"^(a+)+$\"}}";
    api.put(path, costly).expect(422);
    api.get(path).expect(404);
  }

  @Test
  void checksThatTakeTooLongAreRefusedChangeNothingAndLeaveTheInstanceAnswering() {
    String body = "{\"value\":" + Costly.names(20) + ",\"schema\":" + Costly.patterns() + "}}";
    List<CompletableFuture<Answer>> costly =
        IntStream.range(0, 3)
            .mapToObj(
                n ->
                    CompletableFuture.supplyAsync(
                        () -> api.put(path + n, body), Thread::startVirtualThread))
            .toList();
    while (!costly.stream().allMatch(CompletableFuture::isDone)) {
      api.put(path, "{\"value\":1}").expect(200, 201);
    }
    for (int n = 0; n < costly.size(); n++) {
      Answer refused = costly.get(n).join().expect(422);
      String message = refused.json().at("/violations/0/message").asText();
      assertTrue(message.startsWith("takes too long"), message);
      api.get(path + n).expect(404);
    }
    assertTrue(api.get(path).json().get("version").asLong() > 10);
  }

  @Test
  void aNumberBeyondTheContractsExponentIsRefusedWhereverItStands() throws SQLException {
    String schema = "{\"type\":\"number\"}";
    for (String number : List.of("1e2147483648", "1e99999999999")) {
      api.put(path, "{\"value\":" + number + ",\"schema\":" + schema + "}").expect(400);
      api.put(path, "{\"value\":1,\"schema\":{\"maximum\":" + number + "}}").expect(400);
    }
    api.put(path, "{\"value\":1e10000,\"schema\":" + schema + "}").expect(201);
    api.put(path, "{\"value\":1}").expect(200);
    // as they could be stored once
    sql("update document_version set content = '1e99999999999' where number = 1 and key = ?");
    api.post(path + "/rollback", "{\"version\":1}").expect(400);
    sql("update document set schema = '{\"maximum\":1e2147483648}' where key = ?");
    api.put(path, "{\"value\":3}").expect(400);
    api.put(path, "{\"value\":3,\"schema\":true}").expect(200);
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(statement)) {
      update.setString(1, key);
      assertEquals(1, update.executeUpdate());
    }
  }

  @Test
  void conditionsHoldOrNothingHappens() {
    api.put(path, "{\"value\":1}", "If-Match", "\"1\"").expect(412);
    api.put(path, "{\"value\":1}", "If-Match", "*").expect(412);
    api.put(path, "{\"value\":1}", "If-None-Match", "*").expect(201);
    Answer taken = api.put(path, "{\"value\":2}", "If-None-Match", "*").expect(412);
    String first = assertTagOf(1, taken);
    String second = assertTagOf(2, api.put(path, "{\"value\":2}", "If-Match", first).expect(200));
    api.put(path, "{\"value\":3}", "If-Match", first).expect(412);
    Answer known = api.get(path, "If-None-Match", second).expect(304);
    assertEquals("", known.body());
    assertEquals(second, known.etag().orElseThrow());
    api.get(path, "If-Match", first).expect(412);
    api.get(path, "If-Match", "nonsense").expect(400);
    api.delete(path, "If-Match", "\"1\"").expect(412);
    api.delete(path, "If-None-Match", "*").expect(412);
    api.delete(path, "If-Match", "*").expect(204);
    api.delete(path, "If-Match", "*").expect(404);
    api.get(path, "If-None-Match", "*").expect(404);
  }

  @Test
  void aReadIsServedLocallyAndSeesItsOwnInstancesWriteAtOnce() {
    for (int n = 1; n <= 20; n++) {
      api.put(path, "{\"value\":" + n + "}").expect(200, 201);
      Answer read = api.get(path).expect(200);
      assertEquals(n, read.json().get("value").asInt());
      assertEquals("local; hit", read.cacheStatus());
    }
    Backends.redis().command("FLUSHALL");
    await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> api.get(path).expect(200).cacheStatus().startsWith("local"));
  }

  @Test
  void whatWasNeverWrittenIsSoughtOnceThenKnown() {
    assertTrue(api.get(path).expect(404).cacheStatus().startsWith("redis; fwd=uri-miss"));
    assertEquals("local; hit", api.get(path).expect(404).cacheStatus());
    api.put(path, "{\"value\":1}").expect(201);
    api.get(path).expect(200);
  }

  @Test
  void listsArePagedByKeyAndPrefix() {
    for (String name : List.of("b", "a_1", "aX1", "c")) {
      api.put(path + ":" + name, "{\"value\":1}").expect(201);
    }
    api.delete(path + ":c").expect(204);
    Answer page = api.get("/v1/settings?limit=2&prefix=" + key + ":").expect(200);
    assertEquals(List.of(key + ":aX1", key + ":a_1"), texts(page, "key"));
    String cursor = page.json().get("nextCursor").asText();
    Answer rest = api.get("/v1/settings?limit=2&prefix=" + key + ":&cursor=" + cursor).expect(200);
    assertEquals(List.of(key + ":b"), texts(rest, "key"));
    assertEquals(
        List.of(key + ":a_1"), texts(api.get("/v1/settings?prefix=" + key + ":a_"), "key"));
    assertFalse(items(api.get("/v1/settings?prefix=").expect(200)).isEmpty());
    api.get("/v1/settings?prefix=%25").expect(400);
    api.get("/v1/settings?limit=201").expect(400);
    api.get("/v1/settings?cursor=x").expect(400);
  }

  @Test
  void aBatchHasThoseThereAreInTheOrderAsked() {
    api.put(path + ":1", "{\"value\":1}").expect(201);
    api.put(path + ":2", "{\"value\":2}").expect(201);
    String keys = "[\"%s:2\",\"%s:3\",\"%s:1\",\"%s:2\"]".formatted(key, key, key, key);
    Answer batch = api.post("/v1/settings/batch-get", "{\"keys\":" + keys + "}").expect(200);
    assertEquals(List.of(2L, 1L, 2L), numbers(batch, "value"));
    api.post("/v1/settings/batch-get", "{\"keys\":[]}").expect(400);
    api.post("/v1/settings/batch-get", "{\"keys\":[\"a b\"]}").expect(400);
  }

  @Test
  void aKeyMayBeNamedLikeACall() {
    api.put("/v1/settings/batch-get", "{\"value\":1}").expect(200, 201);
    api.get("/v1/settings/batch-get").expect(200);
    api.delete("/v1/settings/batch-get").expect(204);
  }

  @Test
  void everyChangeIsAnEvent() {
    try (EventStream stream = EventStream.open(api, "/v1/changes")) {
      api.put(path, "{\"value\":1}").expect(201);
      api.post(path + "/rollback", "{\"version\":1}").expect(200);
      api.put(path, "{\"value\":1,\"schema\":false}").expect(422);
      api.delete(path).expect(204);
      List<EventStream.Event> events = stream.await(3, Duration.ofSeconds(2));
      assertEquals(
          List.of("setting", "setting", "setting"),
          events.stream().map(EventStream.Event::name).toList());
      assertEquals(
          "{\"kind\":\"setting\",\"key\":\"%s\",\"version\":2,\"deleted\":true}".formatted(key),
          events.getLast().data());
    }
  }

  @Test
  void aFrontendReadsAndDoesNotWrite() {
    String name = UUID.randomUUID().toString();
    Api frontend = api.withKey(api.newKey(name, "frontend"));
    api.put(path, "{\"value\":1}").expect(201);
    frontend.get(path).expect(200);
    frontend.get("/v1/settings").expect(200);
    frontend.put(path, "{\"value\":2}").expect(403);
    frontend.delete(path).expect(403);
    frontend.get(path + "/versions").expect(403);
    frontend.get(path + "/versions/1").expect(403);
    frontend.post(path + "/rollback", "{\"version\":1}").expect(403);
    api.withKey("").get(path).expect(401);
    api.delete("/v1/clients/" + name).expect(204);
  }

  private static List<Long> numbers(Answer page, String field) {
    return items(page).stream().map(item -> item.get(field).asLong()).toList();
  }

  private static List<String> texts(Answer page, String field) {
    return items(page).stream().map(item -> item.get(field).asText()).toList();
  }

  private static List<JsonNode> items(Answer page) {
    return StreamSupport.stream(page.json().get("items").spliterator(), false).toList();
  }

  /** The tag of a version: its number, and something that never comes again. */
  private static String assertTagOf(int version, Answer answer) {
    String tag = answer.etag().orElseThrow();
    assertTrue(tag.matches("\"" + version + "-[0-9a-z]+\""), tag);
    return tag;
  }
}
