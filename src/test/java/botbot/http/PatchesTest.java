package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PATCH in both of its forms applies to the resource as GET shows it. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class PatchesTest {

  private final Api api = Api.ofThisTest();

  private String session(String id, String data) {
    String path = "/v1/sessions/" + id;
    api.put(path, "{\"userId\":\"u\",\"channel\":\"web\",\"data\":" + data + "}").expect(200, 201);
    return path;
  }

  private Answer operations(String path, String operations) {
    return api.sendJson("PATCH", path, "application/json-patch+json", operations);
  }

  @Test
  void aMergePatchAppliesToTheResourceAsShown() {
    String path = session("merge-shown", "{\"step\":1,\"keep\":1.10}");
    Answer answer =
        api.patch(path, "{\"data\":{\"step\":2},\"channel\":null,\"ttlSeconds\":60}").expect(200);
    assertTrue(answer.body().contains("\"data\":{\"step\":2,\"keep\":1.10}"), answer.body());
    JsonNode merged = answer.json();
    assertTrue(merged.path("channel").isNull());
    assertEquals(60, merged.path("ttlSeconds").asInt());
    api.sendJson("PATCH", path, "application/json", "{\"data\":{\"step\":3}}").expect(200);
    assertEquals(3, api.get(path).json().at("/data/step").asInt());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":9}",
        "{\"id\":\"other\"}",
        "{\"expiresAt\":null}",
        "{\"unknown\":1}",
        "{\"userId\":null}",
        "{\"ttlSeconds\":0}",
        "{\"data\":[1]}",
        "[]",
        "1"
      })
  void aMergePatchThatMakesNoSessionIsRefused(String patch) {
    String path = session("merge-refused", "{\"a\":1}");
    String tag = api.get(path).etag().orElseThrow();
    api.patch(path, patch).expect(400);
    assertEquals(tag, api.get(path).etag().orElseThrow());
  }

  @Test
  void anAppendLosesNoTurnOfABusyChat() {
    String path = session("busy", "{\"turns\":[]}");
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Answer>> sent =
          IntStream.range(0, 50)
              .mapToObj(
                  turn ->
                      CompletableFuture.supplyAsync(
                          () ->
                              operations(
                                  path,
                                  "[{\"op\":\"add\",\"path\":\"/data/turns/-\",\"value\":"
                                      + turn
                                      + "}]"),
                          callers))
              .toList();
      sent.forEach(answer -> answer.join().expect(200));
    }
    JsonNode turns = api.get(path).json().at("/data/turns");
    assertEquals(
        50, IntStream.range(0, turns.size()).map(i -> turns.get(i).asInt()).distinct().count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"op\":\"test\",\"path\":\"/data/n\",\"value\":1.0}] | 200",
        "[{\"op\":\"test\",\"path\":\"/data/n\",\"value\":2}] | 409",
        "[{\"op\":\"test\",\"path\":\"/data/none\",\"value\":null}] | 409",
        "[{\"op\":\"remove\",\"path\":\"/data/none\"}] | 422",
        "[{\"op\":\"add\",\"path\":\"/data/list/9\",\"value\":1}] | 422",
        "[{\"op\":\"replace\",\"path\":\"/data/none\",\"value\":1}] | 422",
        "[{\"op\":\"add\",\"path\":\"/data/list/name\",\"value\":1}] | 422",
        "[{\"op\":\"add\",\"path\":\"/data/n/name\",\"value\":1}] | 422",
        "[{\"op\":\"add\",\"path\":\"/data/list/01\",\"value\":1}] | 422",
        "[{\"op\":\"remove\",\"path\":\"/data/list/99999999999999999999\"}] | 422",
        "[{\"op\":\"remove\",\"path\":\"/data/list/-\"}] | 422",
        "[{\"op\":\"move\",\"from\":\"/data/list/5\",\"path\":\"/data/m\"}] | 422",
        "[{\"op\":\"test\",\"path\":\"/data/list/99999999999999999999\",\"value\":1}] | 409",
        "[{\"op\":\"move\",\"from\":\"/data\",\"path\":\"/data/n\"}] | 422",
        "[{\"op\":\"spin\",\"path\":\"/data/n\"}] | 400",
        "[{\"op\":\"add\",\"path\":\"data\",\"value\":1}] | 400",
        "[{\"op\":\"add\",\"path\":\"/data/x\"}] | 400",
        "[{\"op\":\"replace\",\"path\":\"/version\",\"value\":7}] | 400",
        "[{\"op\":\"replace\",\"path\":\"\",\"value\":7}] | 400",
        "{\"op\":\"remove\",\"path\":\"/data/n\"} | 400",
        "[] | 200",
      })
  void operationsAreAnsweredByTheContract(String patch, int status) {
    String path = session("operations", "{\"n\":1,\"list\":[1,2]}");
    assertEquals(status, operations(path, patch).status(), patch);
  }

  @Test
  void allOperationsAreAppliedOrNoneAndTheOneToBlameIsNamed() {
    String path = session("all-or-none", "{\"n\":1}");
    Answer refused =
        operations(
                path,
                "[{\"op\":\"add\",\"path\":\"/data/m\",\"value\":2},"
                    + "{\"op\":\"remove\",\"path\":\"/data/none\"}]")
            .expect(422);
    assertEquals("[1]", refused.json().at("/violations/0/field").asText());
    assertEquals("{\"n\":1}", api.get(path).json().path("data").toString());
    String many = "{\"op\":\"test\",\"path\":\"/data/n\",\"value\":1}";
    operations(path, "[" + (many + ",").repeat(99) + many + "]").expect(200);
    operations(path, "[" + (many + ",").repeat(100) + many + "]").expect(400);
  }

  @Test
  void whatAGetAnsweredMayBePutBack() {
    List<String> paths =
        List.of(
            session("put-back", "{\"a\":1}"),
            "/v1/users/put-back/preferences",
            "/v1/users/put-back/preferences/lang",
            "/v1/agents/put-back/config",
            "/v1/settings/put-back",
            "/v1/rate-policies/put-back");
    api.put(paths.get(1), "{\"preferences\":{\"lang\":\"en\"}}").expect(201);
    api.put(paths.get(3), "{\"config\":{}}").expect(201);
    api.put(paths.get(4), "{\"value\":1}").expect(201);
    api.put(
            paths.get(5),
            "{\"tier\":\"put-back\",\"endpoint\":\"*\",\"limit\":1,\"windowMs\":1000}")
        .expect(201);
    for (String path : paths) {
      String shown = api.get(path).expect(200).body();
      JsonNode before = api.get(path).json();
      JsonNode after = api.put(path, shown).expect(200).json();
      List<String> changing = List.of("version", "updatedAt", "expiresAt");
      assertEquals(((ObjectNode) before).without(changing), ((ObjectNode) after).without(changing));
    }
  }

  @Test
  void aPatchOfPreferencesCreatesThem() {
    String path = "/v1/users/patched-new/preferences";
    Answer made =
        operations(path, "[{\"op\":\"add\",\"path\":\"/preferences/lang\",\"value\":\"en\"}]")
            .expect(201);
    assertEquals("en", made.json().at("/preferences/lang").asText());
    api.patch(path, "{\"preferences\":{\"lang\":null}}").expect(200);
    api.patch(path, "{\"preferences\":null}").expect(400);
    api.patch(path, "{\"userId\":\"x\"}").expect(400);
  }
}
