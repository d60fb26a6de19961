package botbot.http;

import static botbot.http.Problems.fieldsOf;
import static botbot.http.Problems.problem;
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
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body may be: every fault of one is a 400 or 413 that says what is wrong. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class BodiesTest {

  private static final int LIMIT = 262_144;

  private final Api api = Api.ofThisTest();
  private final String id = "b-" + UUID.randomUUID();

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
        "{\"userId\":\" a\"}|userId",
        "{\"userId\":\"\"}|userId",
        "{\"userId\":\"..\"}|userId",
        "{\"userId\":\"\u0085\"}|userId",
        "{\"userId\":\"u\",\"id\":\"a\\u0007b\"}|id",
        "{\"userId\":\"u\",\"channel\":\" \"}|channel",
        "{\"userId\":\"u\",\"agentId\":\"#\"}|agentId",
        "{\"userId\":\"u\",\"data\":[]}|data",
        "{\"userId\":\"u\",\"data\":null}|data",
        "{\"userId\":\"u\",\"data\":\"{}\"}|data",
        "{\"userId\":\"u\",\"ttlSeconds\":0}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":-1}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":315360001}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":99999999999999999999}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":1.0}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":1e3}|ttlSeconds",
        "{\"userId\":\"u\",\"ttlSeconds\":\"60\"}|ttlSeconds",
        "{\"userId\":\"u\",\"sliding\":\"true\"}|sliding",
        "{\"userId\":\"u\",\"sliding\":1}|sliding",
        // numbers that cannot be computed with
        "{\"userId\":\"u\",\"data\":{\"a\":[1e10001]}}|data.a[0]",
        "{\"userId\":\"u\",\"data\":{\"a\":1E-2147483648}}|data.a",
        "{\"userId\":\"u\",\"data\":{\"a\":1e99999999999}}|data.a",
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
  void aDocumentNested100DeepIsTakenAnd101IsNot() {
    api.post("/v1/sessions", nested(100)).expect(201);
    problem(api.post("/v1/sessions", nested(101)), 400);
    problem(api.post("/v1/sessions", nested(50_000)), 400);
  }

  private static String nested(int depth) {
    int inner = depth - 1;
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
    Answer patched = api.patch("/v1/sessions/" + id, "{\"data\":{\"h\":2.50}}").expect(200);
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
    problem(api.patch("/v1/sessions/" + id, "{\"data\":{\"b\":\"" + half + "\"}}"), 413);
    assertEquals(tag, api.get("/v1/sessions/" + id).etag().orElseThrow());
    String preferences = "/v1/users/" + id + "/preferences";
    api.put(preferences, "{\"preferences\":{\"a\":\"" + half + "\"}}").expect(201);
    problem(api.patch(preferences, "{\"preferences\":{\"b\":\"" + half + "\"}}"), 413);
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
}
