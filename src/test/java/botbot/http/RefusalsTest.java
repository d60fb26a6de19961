package botbot.http;

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
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every refusal that all resources share, on real endpoints: 400, 401, 403, 404, 405, 406, 413,
 * 415.
 */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class RefusalsTest {

  private static final int LIMIT = 262_144;

  private final Api api = Api.ofThisTest();
  private final String id = "r-" + UUID.randomUUID();

  @ParameterizedTest(name = "{0} is refused because of {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        // unknown, missing and wrong fields
        "{\"userId\":\"u\",\"nope\":1}|nope",
        "{}|userId",
        "{\"userId\":null}|userId",
        "{\"userId\":7}|userId",
        "{\"userId\":true}|userId",
        "{\"userId\":[\"u\"]}|userId",
        "{\"userId\":{}}|userId",
        "{\"userId\":\"a b\"}|userId",
        "{\"userId\":\"\"}|userId",
        "{\"userId\":\"a/b\"}|userId",
        "{\"userId\":\"\u00fc\"}|userId",
        "{\"userId\":\"u\",\"id\":\"a/b\"}|id",
        "{\"userId\":\"u\",\"channel\":\" \"}|channel",
        "{\"userId\":\"u\",\"agentId\":\"#\"}|agentId",
        "{\"userId\":\"u\",\"data\":[]}|data",
        "{\"userId\":\"u\",\"data\":null}|data",
        "{\"userId\":\"u\",\"data\":\"{}\"}|data",
        "{\"userId\":\"u\",\"ttlSeconds\":0}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":-1}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":2592001}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":99999999999999999999}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":1.0}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":1e3}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":\"60\"}|ttlSeconds",
        "{\"userId\":\"u\",\"sliding\":\"true\"}|sliding",
        "{\"userId\":\"u\",\"sliding\":1}|sliding",
        // text that cannot be stored
        "{\"userId\":\"u\",\"data\":{\"a\":\"\\u0000\"}}|data.a",
        "{\"userId\":\"u\",\"data\":{\"a\":[0,{\"b\":\"\\ud800\"}]}}|data.a[1].b",
        "{\"userId\":\"u\",\"data\":{\"a\":\"\\udc00\"}}|data.a",
        "{\"userId\":\"u\\u0000\"}|userId",
        "{\"userId\":\"\\ud800\"}|userId",
        // the same key twice
        "{\"userId\":\"u\",\"userId\":\"v\"}|userId",
        "{\"userId\":\"u\",\"data\":{\"a\":1,\"a\":2}}|data.a",
      })
  void aFieldThatIsToBlameIsNamed(String body, String field) {
    assertEquals(List.of(field), fieldsOf(api.post("/v1/sessions", body)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/sessions", "/v1/clients", "/v1/rate-checks", "/v1/sessions/batch-get"})
  void aMissingBodyIsNamed(String path) {
    assertEquals(List.of("body"), fieldsOf(post(path, new byte[0])));
    assertEquals(List.of("body"), fieldsOf(post(path, bytes('n', 'u', 'l', 'l'))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\\u0000\"", "\"\\ud800\""})
  void aBodyThatIsItselfToBlameIsNamed(String body) {
    assertEquals(List.of("body"), fieldsOf(api.put("/v1/scratch/" + id + "/k", body)));
  }

  @Test
  void everyFieldThatIsToBlameIsNamed() {
    Answer refused =
        api.post("/v1/sessions", "{\"channel\":\"\",\"agentId\":\"?\",\"ttlSeconds\":0}");
    assertEquals(List.of("agentId", "channel", "ttlSeconds", "userId"), fieldsOf(refused));
  }

  @ParameterizedTest
  @MethodSource
  void whatIsNotJsonIsRefusedOnEveryThread(byte[] body) {
    for (String path : List.of("/v1/sessions", "/v1/rate-checks", "/v1/clients")) {
      Answer refused = post(path, body);
      problem(refused, 400);
      assertEquals(path, refused.json().path("instance").asText());
    }
  }

  static Stream<Arguments> whatIsNotJsonIsRefusedOnEveryThread() {
    Stream<String> texts =
        Stream.of(
            "",
            " ",
            "{",
            "}",
            "[]",
            "null",
            "\"x\"",
            "7",
            "{\"a\"}",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"a\":01}",
            "{\"a\":+1}",
            "{\"a\":.5}",
            "{\"a\":NaN}",
            "{} {}",
            "{} x",
            "{}]",
            "// c\n{}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            "\u0000{}",
            "<a/>",
            "a=b",
            "[".repeat(100_000));
    Stream<byte[]> bytes =
        Stream.of(
            bytes(0x22, 0xff, 0x22),
            bytes(0x7b, 0x22, 0xc1, 0x81, 0x22, 0x3a, 0x31, 0x7d),
            bytes(0x7b, 0x22, 0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80, 0x22, 0x3a, 0x31, 0x7d),
            "{\"userId\":\"u\",\"subject\":\"s\"}".getBytes(StandardCharsets.UTF_16LE),
            "{\"userId\":\"u\",\"subject\":\"s\"}".getBytes(StandardCharsets.UTF_16));
    return Stream.concat(texts.map(text -> text.getBytes(StandardCharsets.UTF_8)), bytes)
        .map(Arguments::of);
  }

  @Test
  void nestingOf100IsTakenAndOf101IsNot() {
    api.post("/v1/sessions", nested(100)).expect(201);
    problem(api.post("/v1/sessions", nested(101)), 400);
    problem(api.post("/v1/sessions", nested(50_000)), 400);
  }

  private static String nested(int depth) {
    int inner = depth - 2;
    return "{\"userId\":\"u\",\"data\":{\"a\":" + "[".repeat(inner) + "]".repeat(inner) + "}}";
  }

  @Test
  void numbersAreKeptExactly() {
    String data =
        "{\"a\":1.10,\"b\":1E400,\"c\":-0.0,\"d\":123456789012345678901234567890.123456789,\"e\":1e-7,\"f\":100,\"g\":null}";
    Answer made =
        api.post("/v1/sessions", "{\"id\":\"" + id + "\",\"userId\":\"u\",\"data\":" + data + "}")
            .expect(201);
    assertTrue(made.body().contains(data), made.body());
    Answer patched = api.patch("/v1/sessions/" + id, "{\"h\":2.50}").expect(200);
    assertTrue(patched.body().contains(data.replace("}", ",\"h\":2.50}")), patched.body());
    assertTrue(api.get("/v1/sessions/" + id).body().contains(data.replace("}", ",\"h\":2.50}")));
  }

  @Test
  void instantsHaveMilliseconds() {
    JsonNode made = api.post("/v1/sessions", "{\"userId\":\"u\"}").expect(201).json();
    for (String name : List.of("createdAt", "updatedAt", "expiresAt")) {
      String instant = made.path(name).asText();
      assertTrue(instant.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"), instant);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions?userId=u&limit=0, limit",
    "/v1/sessions?userId=u&limit=201, limit",
    "/v1/sessions?userId=u&limit=-1, limit",
    "/v1/sessions?userId=u&limit=x, limit",
    "/v1/sessions?userId=u&limit=1.5, limit",
    "/v1/sessions?userId=u&limit=99999999999, limit",
    "/v1/sessions?userId=u&cursor=x, cursor",
    "/v1/sessions, userId",
    "/v1/sessions?userId=a%20b, userId",
    "/v1/sessions?userId=, userId",
    "/v1/sessions/a%20b, id",
    "/v1/sessions/%C3%BC, id",
    "/v1/users/a%2Fb/preferences, userId",
    "/v1/users/a%00b/preferences, userId",
    "/v1/users/u/preferences/a%20b, key",
    "/v1/clients?limit=x, limit",
    "/v1/clients?cursor=AAAA, cursor",
    "/v1/rate-checks, subject",
    "/v1/rate-checks?subject=s&tier=%22, tier",
    "/v1/rate-policies/a%20b, name",
    "/v1/rate-policies?limit=500, limit",
  })
  void aBadParameterIsNamed(String path, String field) {
    assertEquals(List.of(field), fieldsOf(api.get(path)));
  }

  @Test
  void whatFollowsASemicolonIsPartOfTheName() {
    problem(api.put("/v1/sessions/" + id + ";b", "{\"userId\":\"u\"}"), 400);
    assertEquals(List.of("id"), fieldsOf(api.get("/v1/sessions/" + id + "%3Bb")));
    problem(api.get("/v1/sessions/" + id), 404);
  }

  @Test
  void aNameHasAtMost128Characters() {
    assertEquals(404, api.get("/v1/sessions/" + "x".repeat(128)).status());
    assertEquals(400, api.get("/v1/sessions/" + "x".repeat(129)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-Match", "If-None-Match"})
  void aMalformedConditionIsRefused(String header) {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    for (String value : List.of("1", "\"1", "*,\"1\"", "\"1\" \"2\"")) {
      assertEquals(List.of(header), fieldsOf(api.get("/v1/sessions/" + id, header, value)));
      assertEquals(
          List.of(header),
          fieldsOf(api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}", header, value)));
      assertEquals(List.of(header), fieldsOf(api.patch("/v1/sessions/" + id, "{}", header, value)));
      assertEquals(List.of(header), fieldsOf(api.delete("/v1/sessions/" + id, header, value)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/sessions/x",
        "/v1/users/u/preferences",
        "/v1/clients",
        "/v1/rate-checks?subject=s"
      })
  void noKeyIs401AndAWrongRole403(String path) {
    for (String key : List.of("", "wrong", "Bearer x")) {
      Answer refused = api.withKey(key).get(path);
      problem(refused, 401);
      assertEquals("Bearer", refused.header("WWW-Authenticate"));
    }
    String metrics =
        api.post("/v1/clients", "{\"name\":\"" + id + "\",\"roles\":[\"metrics\"]}")
            .expect(201)
            .json()
            .path("key")
            .asText();
    problem(api.withKey(metrics).get(path), 403);
  }

  @Test
  void anotherSchemeThanBearerIsNoKey() {
    problem(api.withKey("").get("/v1/sessions/x", "Authorization", "Basic dXNlcjpwYXNz"), 401);
    api.withKey("")
        .get("/v1/sessions/x", "Authorization", "bearer " + Backends.ADMIN_KEY)
        .expect(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/nothing",
        "/v1",
        "/",
        "/v2/sessions",
        "/v1/sessions/a/b/c",
        "/v1/sessions/a/nothing",
        "/nothing",
        "/v1/users/u",
        "/q/nothing"
      })
  void anUnknownPathIs404(String path) {
    problem(api.get(path), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/sessions/nobody",
        "/v1/users/nobody/preferences",
        "/v1/users/nobody/preferences/k",
        "/v1/rate-policies/nothing"
      })
  void whatIsNotThereIs404(String path) {
    Answer refused = api.get(path);
    problem(refused, 404);
    assertEquals(path, refused.json().path("instance").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /v1/sessions, GET HEAD OPTIONS POST",
    "PUT, /v1/sessions, GET HEAD OPTIONS POST",
    "POST, /v1/sessions/x, DELETE GET HEAD OPTIONS PATCH PUT",
    "GET, /v1/sessions/x/touch, OPTIONS POST",
    "POST, /v1/users/u/preferences, DELETE GET HEAD OPTIONS PATCH PUT",
    "PATCH, /v1/users/u/preferences/k, DELETE GET HEAD OPTIONS PUT",
    "PUT, /v1/clients/c, DELETE OPTIONS",
    "GET, /v1/clients/c, DELETE OPTIONS",
    "PATCH, /v1/rate-checks, DELETE GET HEAD OPTIONS POST",
    "PROPFIND, /v1/sessions/x, DELETE GET HEAD OPTIONS PATCH PUT",
  })
  void aWrongMethodIs405WithWhatIsAllowed(String method, String path, String allowed) {
    Answer refused = api.send(method, path, BodyPublishers.noBody());
    problem(refused, 405);
    assertEquals(
        new TreeSet<>(List.of(allowed.split(" "))),
        new TreeSet<>(List.of(refused.header("Allow").split(", "))));
  }

  @Test
  void optionsSaysWhatIsAllowed() {
    Answer options = api.send("OPTIONS", "/v1/sessions/x", BodyPublishers.noBody()).expect(204);
    assertEquals("DELETE, GET, HEAD, OPTIONS, PATCH, PUT", options.header("Allow"));
    assertEquals("application/merge-patch+json", options.header("Accept-Patch"));
    problem(api.send("OPTIONS", "/v1/nothing", BodyPublishers.noBody()), 404);
  }

  @Test
  void headIsGetWithoutABody() {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    Answer head = api.send("HEAD", "/v1/sessions/" + id, BodyPublishers.noBody()).expect(200);
    assertEquals(api.get("/v1/sessions/" + id).etag(), head.etag());
    assertEquals("", head.body());
    api.send("HEAD", "/v1/sessions/nobody", BodyPublishers.noBody()).expect(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/xml", "image/*"})
  void anotherRepresentationThanJsonIs406(String accept) {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    problem(api.get("/v1/sessions/" + id, "Accept", accept), 406);
    problem(api.post("/v1/rate-checks", "{\"subject\":\"s\"}", "Accept", accept), 406);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/*",
        "application/json",
        "text/html, application/json;q=0.1",
        "application/problem+json, application/json"
      })
  void whatIncludesJsonIsServed(String accept) {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}", "Accept", accept).expect(201);
    api.get("/v1/sessions/" + id, "Accept", accept).expect(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/sessions, text/plain",
    "POST, /v1/sessions, application/merge-patch+json",
    "POST, /v1/sessions, application/x-www-form-urlencoded",
    "POST, /v1/sessions, nonsense",
    "POST, /v1/sessions, application/*",
    "POST, /v1/sessions, */*",
    "PUT, /v1/sessions/x, application/xml",
    "PATCH, /v1/sessions/x, application/json",
    "PATCH, /v1/sessions/x, application/json-patch+json",
    "PATCH, /v1/users/u/preferences, application/json",
    "PUT, /v1/users/u/preferences/k, text/plain",
    "POST, /v1/clients, text/plain",
    "POST, /v1/rate-checks, text/plain",
  })
  void anotherContentTypeIs415(String method, String path, String type) {
    Answer refused = api.sendJson(method, path, type, "{}");
    problem(refused, 415);
    if (method.equals("PATCH")) {
      assertEquals("application/merge-patch+json", refused.header("Accept-Patch"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/sessions", "/v1/rate-checks"})
  void aBodyWithoutAContentTypeIs415(String path) {
    problem(api.send("POST", path, BodyPublishers.ofString("{}")), 415);
  }

  @Test
  void theContentTypeOfAReadDoesNotMatter() {
    api.get("/v1/sessions/nobody", "Content-Type", "text/plain").expect(404);
    api.delete("/v1/sessions/nobody", "Content-Type", "text/plain").expect(404);
  }

  @Test
  void theContentTypeMayNameItsCharset() {
    api.sendJson("POST", "/v1/sessions", "application/json; charset=UTF-8", "{\"userId\":\"u\"}")
        .expect(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/sessions", "/v1/rate-checks", "/v1/clients"})
  void aBodyOverTheLimitIs413AnnouncedOrNot(String path) {
    byte[] body = body(LIMIT + 1).getBytes(StandardCharsets.UTF_8);
    problem(post(path, body), 413);
    problem(chunked("POST", path, "application/json", body), 413);
    byte[] huge = body(3_000_000).getBytes(StandardCharsets.UTF_8);
    problem(post(path, huge), 413);
    problem(chunked("POST", path, "application/json", huge), 413);
  }

  @Test
  void aBodyOfTheLimitIsTaken() {
    byte[] body = body(LIMIT).getBytes(StandardCharsets.UTF_8);
    assertEquals(LIMIT, body.length);
    chunked("PUT", "/v1/sessions/" + id, "application/json", body).expect(201);
    api.send(
            "PUT",
            "/v1/sessions/" + id,
            BodyPublishers.ofByteArray(body),
            "Content-Type",
            "application/json")
        .expect(200);
  }

  @Test
  void aPatchedDocumentOverTheLimitIs413AndChangesNothing() {
    String half = "x".repeat(LIMIT / 2);
    String tag =
        api.put("/v1/sessions/" + id, "{\"userId\":\"u\",\"data\":{\"a\":\"" + half + "\"}}")
            .expect(201)
            .etag()
            .orElseThrow();
    problem(api.patch("/v1/sessions/" + id, "{\"b\":\"" + half + "\"}"), 413);
    assertEquals(tag, api.get("/v1/sessions/" + id).etag().orElseThrow());
    String preferences = "/v1/users/" + id + "/preferences";
    api.put(preferences, "{\"preferences\":{\"a\":\"" + half + "\"}}").expect(201);
    problem(api.patch(preferences, "{\"b\":\"" + half + "\"}"), 413);
    problem(api.put(preferences + "/b", "{\"value\":\"" + half + "\"}"), 413);
    assertFalse(api.get(preferences).json().path("preferences").has("b"));
  }

  private static String body(int length) {
    String start = "{\"userId\":\"u\",\"data\":{\"a\":\"";
    String end = "\"}}";
    return start + "x".repeat(length - start.length() - end.length()) + end;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private Answer post(String path, byte[] body) {
    return api.send(
        "POST", path, BodyPublishers.ofByteArray(body), "Content-Type", "application/json");
  }

  private Answer chunked(String method, String path, String type, byte[] body) {
    return api.send(
        method,
        path,
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
        "Content-Type",
        type);
  }

  private static void problem(Answer refused, int status) {
    assertEquals(status, refused.status(), refused.toString());
    assertEquals("application/problem+json", refused.header("Content-Type"));
    JsonNode problem = refused.json();
    for (String member : List.of("type", "title", "detail", "instance")) {
      assertFalse(problem.path(member).asText().isEmpty(), member + " in " + refused);
    }
    assertEquals(status, problem.path("status").asInt());
    for (String inside : List.of("Exception", "botbot.", "java", "jackson", "quarkus", "select ")) {
      assertFalse(refused.body().contains(inside), refused.toString());
    }
  }

  private static List<String> fieldsOf(Answer refused) {
    problem(refused, 400);
    JsonNode violations = refused.json().path("violations");
    violations.forEach(violation -> assertFalse(violation.path("message").asText().isEmpty()));
    return violations.findValuesAsText("field");
  }
}
