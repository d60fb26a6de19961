package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.http.patch.JsonPatch;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class DepthTest {

  private final Api api = Api.ofThisTest();
  private final String id = "depth-" + UUID.randomUUID();

  private static String nested(int depth) {
    return "{\"a\":".repeat(depth) + "\"[{\\\"\"" + "}".repeat(depth);
  }

  /** Path, the body around the document, and where it is read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "/v1/sessions/|{\"userId\":\"u\",\"data\":@}||data",
        "/v1/users/|{\"preferences\":@}|/preferences|preferences",
        "/v1/scratch/depth/|@||body",
        "/v1/agents/|{\"config\":@}|/config|config",
        "/v1/settings/|{\"value\":@}||value"
      })
  void aDocumentAHundredDeepIsStoredAndServedAndADeeperOneRefused(
      String path, String body, String end, String field) {
    double undecodable = api.metric("botbot_cache_decode_failures");
    String at = path + id + (end == null ? "" : end);
    Answer refused = api.put(at, body.replace("@", nested(101))).expect(400);
    assertEquals(field, refused.json().at("/violations/0/field").asText());
    api.get(at).expect(404);
    api.put(at, body.replace("@", nested(100))).expect(201);
    for (int i = 0; i < 3; i++) {
      api.get(at).expect(200);
    }
    assertEquals(undecodable, api.metric("botbot_cache_decode_failures"));
  }

  @Test
  void aPatchCannotNestDeeperEither() {
    String path = "/v1/sessions/" + id;
    api.put(path, "{\"userId\":\"u\",\"data\":{}}").expect(201);
    api.patch(path, "{\"data\":{\"a\":" + nested(100) + "}}").expect(400);
    operations(path, "[{\"op\":\"add\",\"path\":\"/data/a\",\"value\":" + nested(100) + "}]", 400);
    api.patch(path, "{\"data\":{\"a\":" + nested(99) + "}}").expect(200);
    operations(path, "[{\"op\":\"add\",\"path\":\"/data/a\",\"value\":" + nested(99) + "}]", 200);
    operations(path, "[{\"op\":\"copy\",\"from\":\"/data\",\"path\":\"/data/b\"}]", 400);
    Answer served = api.get(path).expect(200);
    assertEquals("redis; hit", served.header("Cache-Status"));
    assertEquals("{\"a\":" + nested(99) + "}", served.json().get("data").toString());
  }

  @Test
  void operationsThatNestDeeperAndDeeperAreRefusedByTheFirstThatGoesTooFar() {
    String path = "/v1/sessions/" + id;
    api.put(path, "{\"userId\":\"u\",\"data\":{}}").expect(201);
    String deeper =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    "{\"op\":\"add\",\"path\":\"/data%s/a\",\"value\":%s}"
                        .formatted(
                            "/a".repeat(30 * i), "{\"a\":".repeat(29) + "{}" + "}".repeat(29)))
            .collect(Collectors.joining(",", "[", "]"));
    assertEquals("[3]", operations(path, deeper, 400).json().at("/violations/0/field").asText());
    assertEquals("{}", api.get(path).json().get("data").toString());
  }

  @Test
  void onePreferenceCountsWithTheObjectAroundIt() {
    String path = "/v1/users/" + id + "/preferences";
    api.put(path + "/deep", "{\"value\":" + nested(100) + "}").expect(400);
    api.put(path + "/deep", "{\"value\":" + nested(99) + "}").expect(201);
    assertEquals("redis; hit", api.get(path).expect(200).header("Cache-Status"));
    assertEquals("redis; hit", api.get(path + "/deep").expect(200).header("Cache-Status"));
  }

  private Answer operations(String path, String operations, int status) {
    return api.sendJson("PATCH", path, JsonPatch.MEDIA_TYPE, operations).expect(status);
  }
}
