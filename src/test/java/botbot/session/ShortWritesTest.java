package botbot.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written on the short way is stored and answered as on the ordinary one. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ShortWritesTest {

  /** Of each answer its own. */
  private static final Set<String> OWN = Set.of("x-request-id", "etag", "content-length");

  /** What needs thought to be accepted leads to the ordinary way. */
  private static final String[] ORDINARY = {"Accept", "application/json;q=0.9"};

  private final Api api = Api.ofThisTest();
  private final String id = UUID.randomUUID().toString();

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions/%s, '{\"userId\":\"u\",\"channel\":\"c\",\"agentId\":\"a\",\"data\":{\"a\":1.10}}'",
    "/v1/sessions/%s, '{\"userId\":\"ü\",\"ttlSeconds\":9,\"sliding\":false}'",
    "/v1/users/%s/preferences, '{\"preferences\":{\"a\":1.10,\"b\":null}}'"
  })
  void bothWaysAnswerAlike(String path, String body) {
    String at = path.formatted("tg:" + id);
    double before = requests();
    Answer created = api.put(at, body).expect(201);
    Answer replaced = api.put(at, body).expect(200);
    Answer read = api.get(at).expect(200);
    Answer replacedOrdinarily = api.put(at, body, ORDINARY).expect(200);
    api.delete(at).expect(204);
    Answer createdOrdinarily = api.put(at, body, ORDINARY).expect(201);
    assertEquals(6, requests() - before, "each is counted once");
    assertAlike(createdOrdinarily, created);
    assertAlike(replacedOrdinarily, replaced);
    assertEquals(read.etag(), replaced.etag());
    assertEquals(read.json().get("version"), replaced.json().get("version"));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions/%s, '{\"userId\":\"u\",\"data\":{\"a\":1.10}}', '{\"data\":{\"b\":2.0,\"a\":null}}'",
    "/v1/sessions/%s, '{\"userId\":\"u\",\"sliding\":false}', '{\"ttlSeconds\":60,\"channel\":\"c\"}'",
    "/v1/sessions/%s, '{\"userId\":\"u\"}', '{\"userId\":\"v\"}'",
    "/v1/users/%s/preferences, '{\"preferences\":{\"a\":1.10}}', '{\"preferences\":{\"b\":1}}'"
  })
  void bothWaysToPatchAnswerAlike(String path, String body, String patch) {
    String at = path.formatted("tg:" + id);
    api.put(at, body).expect(201);
    double before = requests();
    Answer taken = api.patch(at, patch).expect(200);
    Answer read = api.get(at).expect(200);
    assertEquals(2, requests() - before, "each is counted once");
    assertEquals(read.etag(), taken.etag());
    api.put(at, body).expect(200);
    assertAlike(api.patch(at, patch, ORDINARY).expect(200), taken);
    for (String refused :
        List.of("{\"version\":1}", "[]", "{\"userId\":1,\"preferences\":1}", "{\"data\":", "1")) {
      Answer refusal = api.patch(at, refused);
      assertEquals(400, refusal.status());
      assertAlike(api.patch(at, refused, ORDINARY), refusal);
    }
    api.delete(at).expect(204);
    Answer ofNothing = api.patch(at, patch, ORDINARY);
    api.delete(at);
    assertAlike(ofNothing, api.patch(at, patch));
  }

  @Test
  void patchesOfOneSessionAtOnceAllCount() {
    String at = "/v1/sessions/" + id;
    api.put(at, "{\"userId\":\"u\",\"data\":{}}").expect(201);
    IntStream.range(0, 60)
        .parallel()
        .forEach(i -> api.patch(at, "{\"data\":{\"f%d\":%d}}".formatted(i, i)).expect(200));
    assertEquals(60, api.get(at).json().get("data").size());
  }

  @Test
  void bothWaysToCreateAnswerAlike() {
    String body = "{\"id\":\"%s\",\"userId\":\"u\",\"data\":{\"a\":1}}";
    Answer taken = api.post("/v1/sessions", body.formatted("one " + id)).expect(201);
    Answer ordinary = api.post("/v1/sessions", body.formatted("two " + id), ORDINARY).expect(201);
    assertAlike(ordinary, taken);
    assertEquals("/v1/sessions/one%20" + id, taken.header("Location"));
    Answer refused = api.post("/v1/sessions", body.formatted("one " + id)).expect(409);
    assertAlike(api.post("/v1/sessions", body.formatted("two " + id), ORDINARY), refused);
    Answer named = api.post("/v1/sessions", "{\"userId\":\"u\"}").expect(201);
    assertEquals(named.etag(), api.get(named.header("Location")).expect(200).etag());
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions/%s, '{\"userId\":\"\"}'",
    "/v1/sessions/%s, '{\"userId\":\"u\",\"agentId\":\"a b\"}'",
    "/v1/sessions/%s, '{\"userId\":\"u\",\"data\":[]}'",
    "/v1/sessions/%s, '{\"userId\":\"u\",\"ttlSeconds\":0}'",
    "/v1/sessions/%s, '{\"userId\":\"u\",\"unknown\":1}'",
    "/v1/sessions/%s, '{\"userId\":\"u\"'",
    "/v1/sessions/%s, 'null'",
    "/v1/sessions/..%s, '{\"channel\":\"u\"}'",
    "/v1/sessions/%%20%s, '{\"userId\":\"u\"}'",
    "/v1/users/%s/preferences, '{}'",
    "/v1/users/%s/preferences, '{\"preferences\":1}'",
    "/v1/users/%s/preferences, '{\"preferences\":{\"\":1}}'"
  })
  void whatIsRefusedIsRefusedAlike(String path, String body) {
    String at = path.formatted(id);
    Answer taken = api.put(at, body);
    assertEquals(400, taken.status());
    assertAlike(api.put(at, body, ORDINARY), taken);
    api.get("/v1/sessions/" + id).expect(404);
  }

  @Test
  void whatIsTooDeepOrTooLongIsRefusedAlike() {
    String at = "/v1/sessions/" + id;
    String deep = "{\"userId\":\"u\",\"data\":" + "{\"a\":".repeat(101) + "1" + "}".repeat(102);
    assertAlike(api.put(at, deep, ORDINARY).expect(400), api.put(at, deep));
    String large = "{\"userId\":\"u\",\"data\":{\"a\":\"%s\"}}".formatted("x".repeat(100_000));
    assertEquals(
        100_000, api.put(at, large).expect(201).json().get("data").get("a").asText().length());
  }

  private double requests() {
    return api.metric("botbot_space_requests_total{space=\"default\"");
  }

  private static void assertAlike(Answer ordinary, Answer taken) {
    assertEquals(ordinary.status(), taken.status());
    assertEquals(fields(ordinary), fields(taken));
    assertEquals(shape(ordinary), shape(taken));
  }

  /** Without what differs from answer to answer: versions, times and the ids of this test. */
  private static String shape(Answer answer) {
    return answer
        .body()
        .replaceAll("\"version\":\\d+", "\"version\":0")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "then")
        .replaceAll("\"requestId\":\"[^\"]*\"", "\"requestId\":\"\"")
        .replaceAll("(one|two) ", "one ");
  }

  private static Map<String, List<String>> fields(Answer answer) {
    Map<String, List<String>> fields = new TreeMap<>(answer.headers().map());
    fields.keySet().removeAll(OWN);
    fields.replaceAll((name, values) -> values.stream().map(v -> v.replace("two", "one")).toList());
    return fields;
  }
}
