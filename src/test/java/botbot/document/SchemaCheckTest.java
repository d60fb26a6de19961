package botbot.document;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.http.Json;
import botbot.http.ProblemException;
import botbot.http.Unprocessable;
import botbot.http.Violation;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckTest {

  private final SchemaCheck check = new SchemaCheck();

  @Test
  void contentThatKeepsToItsSchemaPasses() {
    accept("{\"type\":\"object\",\"required\":[\"a\"]}", "{\"a\":1}");
    accept("true", "null");
    accept("{\"$ref\":\"#/$defs/name\",\"$defs\":{\"name\":{\"type\":\"string\"}}}", "\"x\"");
    accept(
        "{\"$ref\":\"/name\",\"$defs\":{\"n\":{\"$id\":\"/name\",\"type\":\"string\"}}}", "\"x\"");
    accept("{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}", "{\"type\":\"string\"}");
    accept(
        "{\"const\":{\"$ref\":\"https://elsewhere.example\"}}",
        "{\"$ref\":\"https://elsewhere.example\"}");
    accept("{\"properties\":{\"$ref\":{\"type\":\"integer\"}}}", "{\"$ref\":1}");
  }

  @Test
  void everyViolationIsNamedByItsPlace() {
    String schema =
        "{\"properties\":{\"items\":{\"items\":{\"type\":\"integer\"}}},\"required\":[\"name\"]}";
    List<Violation> violations = violations(schema, "{\"items\":[1,\"x\"]}");
    assertEquals(
        List.of("value", "value.items[1]"),
        violations.stream().map(Violation::field).sorted().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"banana\"}",
        "{\"minimum\":\"1\"}",
        "{\"required\":\"a\"}",
        "{\"properties\":[]}",
        "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}",
        "{\"$ref\":\"#/$defs/nowhere\"}",
        "{\"pattern\":\"(\"}",
        "{\"pattern\":\"(?=x)\"}",
        "{\"patternProperties\":{\"(a*)\\\\1\":true}}",
        "{\"multipleOf\":1e-999999}",
        "[]",
        "\"x\"",
        "null",
        "1"
      })
  void whatIsNoSchemaIsRefused(String schema) {
    Unprocessable refusal =
        assertThrows(Unprocessable.class, () -> check.checkSchema(new Json(schema)));
    assertTrue(violations(refusal).getFirst().field().startsWith("schema"), schema);
  }

  @Test
  void aRemoteReferenceIsRefusedAndNothingIsFetched() throws IOException {
    AtomicInteger fetched = new AtomicInteger();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          fetched.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
        });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/s";
    try {
      for (String schema :
          List.of(
              "{\"$ref\":\"" + address + "\"}",
              "{\"properties\":{\"a\":{\"$dynamicRef\":\"" + address + "\"}}}",
              "{\"$id\":\"" + address + "\",\"$ref\":\"other\"}",
              "{\"$schema\":\"" + address + "\"}",
              "{\"$ref\":\"classpath:/application.properties\"}",
              "{\"$ref\":\"file:///etc/passwd\"}")) {
        assertThrows(Unprocessable.class, () -> check.checkSchema(new Json(schema)), schema);
      }
      assertEquals(0, fetched.get());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aPatternThatWouldBacktrackExponentiallyIsLinear() {
    String schema = "{\"pattern\":\"^(a+)+$\"}";
    String long50k = "\"" + "a".repeat(50_000) + "!\"";
    assertTimeout(Duration.ofSeconds(3), () -> assertEquals(1, violations(schema, long50k).size()));
  }

  @Test
  void aPatternThatRepeatsWithoutMeasureIsRefused() {
    String nested = "{\"pattern\":\"(((a{100}){100}){100}){100}\"}";
    assertTimeout(
        Duration.ofSeconds(3),
        () -> assertThrows(Unprocessable.class, () -> check.checkSchema(new Json(nested))));
    String longOne = "{\"pattern\":\"" + "a".repeat(2000) + "\"}";
    assertThrows(Unprocessable.class, () -> check.checkSchema(new Json(longOne)));
  }

  @Test
  void aSchemaThatRefersToItselfWithoutEndIsRefused() {
    String endless = "{\"$ref\":\"#\"}";
    assertTimeout(Duration.ofSeconds(5), () -> refused(endless, "1"));
  }

  @Test
  void aSchemaThatDoublesAtEveryReferenceIsRefused() {
    String definitions =
        IntStream.range(0, 40)
            .mapToObj(
                n ->
                    "\"d%d\":{\"allOf\":[{\"$ref\":\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]}"
                        .formatted(n, n + 1, n + 1))
            .collect(Collectors.joining(","));
    String schema = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + definitions + ",\"d40\":true}}";
    assertTimeout(Duration.ofSeconds(10), () -> refused(schema, "1"));
  }

  @Test
  void aNumberTooLargeToComputeWithIsRefused() {
    assertTimeout(
        Duration.ofSeconds(3), () -> refused("{\"multipleOf\":3}", "{\"a\":1e999999999}"));
    refused("{\"type\":\"integer\"}", "1".repeat(2000));
  }

  private void accept(String schema, String content) {
    assertDoesNotThrow(() -> check.checkSchema(new Json(schema)), schema);
    assertDoesNotThrow(
        () -> check.checkContent(new Json(schema), new Json(content), "value"), schema);
  }

  private void refused(String schema, String content) {
    assertThrows(
        ProblemException.class,
        () -> {
          check.checkSchema(new Json(schema));
          check.checkContent(new Json(schema), new Json(content), "value");
        });
  }

  private List<Violation> violations(String schema, String content) {
    return violations(
        assertThrows(
            Unprocessable.class,
            () -> check.checkContent(new Json(schema), new Json(content), "value")));
  }

  @SuppressWarnings("unchecked")
  private static List<Violation> violations(Unprocessable refusal) {
    return (List<Violation>) refusal.members().get("violations");
  }
}
