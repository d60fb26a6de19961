package botbot.document.schema;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.http.json.Json;
import botbot.http.problem.BadInput;
import botbot.http.problem.ProblemException;
import botbot.http.problem.Unavailable;
import botbot.http.problem.Unprocessable;
import botbot.http.problem.Violation;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
        "[]",
        "\"x\"",
        "null",
        "1"
      })
  void whatIsNoSchemaIsRefused(String schema) {
    Unprocessable refusal = assertThrows(Unprocessable.class, () -> schema(schema));
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
        assertThrows(Unprocessable.class, () -> schema(schema), schema);
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
    assertTimeout(
        Duration.ofSeconds(15), () -> assertEquals(1, violations(schema, long50k).size()));
  }

  @Test
  void aPatternThatRepeatsWithoutMeasureIsRefused() {
    String nested = "{\"pattern\":\"(((a{100}){100}){100}){100}\"}";
    assertTimeout(
        Duration.ofSeconds(15), () -> assertThrows(Unprocessable.class, () -> schema(nested)));
    String longOne = "{\"pattern\":\"" + "a".repeat(2000) + "\"}";
    assertThrows(Unprocessable.class, () -> schema(longOne));
  }

  @Test
  void aSchemaThatRefersToItselfWithoutEndIsRefused() {
    String endless = "{\"$ref\":\"#\"}";
    assertTimeout(Duration.ofSeconds(15), () -> refused(endless, "1"));
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
    assertTimeout(Duration.ofSeconds(15), () -> refused(schema, "1"));
  }

  @Test
  void aNumberTooLargeToComputeWithIsRefused() {
    assertTimeout(
        Duration.ofSeconds(15), () -> refused("{\"multipleOf\":3}", "{\"a\":1e999999999}"));
    refused("{\"type\":\"integer\"}", "1".repeat(30_000));
  }

  /** Schema, a value that keeps to it, and one that breaks it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'$id':'http://a.example/root','$ref':'name','$defs':{'n':{'$id':'name','type':'null'}}}"
            + "|null|1",
        "{'$id':'http://a.example/b/root.json','items':{'$ref':'../c/item.json'},"
            + "'$defs':{'i':{'$id':'http://a.example/c/item.json','type':'null'}}}|[null]|[1]",
        "{'$id':'http://a.example/b/','$defs':{'x':{'$id':'c/','$defs':{'y':{'$id':'d.json',"
            + "'type':'null'}}}},'$ref':'http://a.example/b/c/d.json'}|null|1",
        "{'$id':'http://a.example/root','$ref':'http://a.example/root#/$defs/n',"
            + "'$defs':{'n':{'type':'null'}}}|null|1",
        "{'$id':'http://a.example/root','$ref':'#here','$defs':{'n':{'$anchor':'here',"
            + "'type':'null'}}}|null|1",
        "{'$id':'http://a.example/root','$ref':'sub#here','$defs':{'n':{'$id':'sub','$defs':"
            + "{'m':{'$anchor':'here','type':'null'}}}}}|null|1",
        "{'$id':'urn:uuid:deadbeef-1234-ffff-ffff-4321feebdaed','properties':{'a':"
            + "{'$ref':'urn:uuid:deadbeef-1234-ffff-ffff-4321feebdaed#/$defs/n'}},"
            + "'$defs':{'n':{'type':'null'}}}|{'a':null}|{'a':1}",
        "{'$id':'http://a.example/list','$ref':'tree','$defs':{'of':{'$dynamicAnchor':'item',"
            + "'type':'null'},'t':{'$id':'tree','items':{'$dynamicRef':'#item'},"
            + "'$defs':{'any':{'$dynamicAnchor':'item'}}}}}|[null]|[1]",
        "{'$ref':'name','$defs':{'default':{'$id':'name','type':'null'}}}|null|1",
        "{'properties':{'const':{'$ref':'#/$defs/n'}},'$defs':{'n':{'type':'null'}}}"
            + "|{'const':null}|{'const':1}",
        "{'x-note':{'$ref':'http://b.example/'},'type':'null'}|null|1"
      })
  void referencesAreResolvedWithinTheSchema(String schema, String keeps, String breaks) {
    accept(schema.replace('\'', '"'), keeps.replace('\'', '"'));
    breaks(schema.replace('\'', '"'), breaks.replace('\'', '"'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$id\":\"http://a.example/b/root\",\"$ref\":\"other\"}",
        "{\"$id\":\"http://a.example/b/root\",\"$ref\":\"/root\"}",
        "{\"$ref\":\"http://a.example/x\",\"const\":{\"$id\":\"http://a.example/x\"}}",
        "{\"properties\":{\"default\":{\"$ref\":\"http://a.example/\"}}}",
        "{\"$ref\":\"http://[\"}"
      })
  void aReferenceThatLeadsOutsideIsRefusedByName(String schema) {
    Violation first =
        violations(assertThrows(Unprocessable.class, () -> schema(schema))).getFirst();
    assertTrue(first.message().startsWith("refers to something outside"), first::message);
  }

  @Test
  void numbersUpToTheExponentsOfTheContractAreChecked() {
    accept("{\"type\":\"integer\"}", "1e10000");
    accept("{\"type\":\"integer\",\"minimum\":0}", "1" + "0".repeat(200_000));
    accept("{\"multipleOf\":1e-10000}", "1e10000");
    accept("{\"multipleOf\":0.01}", "1.10");
    accept("{\"maximum\":9223372036854775808}", "9223372036854775807.5");
    accept("{\"enum\":[{\"a\":[1.0]}]}", "{\"a\":[1]}");
    accept("{\"const\":{\"a\":1e2}}", "{\"a\":100}");
    accept("{\"uniqueItems\":true}", "[1,\"1\",true,\"true\",null,\"null\",[1],[\"1\"]]");
    breaks("{\"type\":\"integer\"}", "1e-10000");
    breaks("{\"type\":\"integer\",\"minimum\":0}", "-1e30");
    breaks("{\"multipleOf\":3}", "1e10000");
    breaks("{\"multipleOf\":9007199254740992}", "9007199254740993");
    breaks("{\"exclusiveMaximum\":1e10000}", "1e10000");
    breaks("{\"uniqueItems\":true}", "[100,1e2]");
    breaks("{\"enum\":[1,\"a\"]}", "\"1\"");
  }

  @Test
  void aNumberThatWasStoredBeforeItsExponentWasRefusedIsRefusedNow() {
    for (String number : List.of("1e2147483648", "1e99999999999", "-1e-99999999999999999999")) {
      assertThrows(BadInput.class, () -> content("true", number), number);
      assertThrows(BadInput.class, () -> content("{\"maximum\":" + number + "}", "1"), number);
    }
  }

  @ParameterizedTest
  @MethodSource("costly")
  void aCostlyCheckEndsWithItsTime(String schema, String content) {
    CheckTime time = new CheckTime(Duration.ofMillis(200));
    long start = System.nanoTime();
    Unprocessable refusal =
        assertThrows(
            Unprocessable.class,
            () -> check.checkBoth(new Json(schema), new Json(content), "value", time));
    assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 10_000);
    assertTrue(violations(refusal).getFirst().message().startsWith("takes too long"), schema);
  }

  static Stream<Arguments> costly() {
    String patterns = Costly.patterns();
    String names = Costly.names(30);
    String items = "[" + "1,".repeat(20_000) + "1]";
    String nested = "{\"items\":{\"anyOf\":[" + "{\"minimum\":2},".repeat(2000) + "true]}}";
    return Stream.of(
        Arguments.of(patterns + "}", names),
        Arguments.of(
            patterns + ",\"additionalProperties\":{\"allOf\":[" + patterns + "}]}}", names),
        Arguments.of(nested, items));
  }

  @Test
  void textsOfOneHashAreComparedInNoTime() {
    // "Aa" and "BB" have one hash, and so has every sequence of them
    String values =
        IntStream.range(0, 1 << 14)
            .mapToObj(
                n ->
                    IntStream.range(0, 14)
                        .mapToObj(bit -> (n >> bit & 1) == 0 ? "Aa" : "BB")
                        .collect(Collectors.joining("", "\"", "\"")))
            .collect(Collectors.joining(",", "[", "]"));
    accept("{\"uniqueItems\":true,\"items\":{\"enum\":" + values + "}}", values);
  }

  @Test
  void aThirdCostlyCheckWaitsForItsPlace() throws Exception {
    CheckRoom room = new CheckRoom(Duration.ofMillis(50));
    CountDownLatch running = new CountDownLatch(2);
    Semaphore end = new Semaphore(0);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2; i++) {
        callers.execute(
            () ->
                room.run(
                    check.time(),
                    () -> {
                      running.countDown();
                      end.acquireUninterruptibly();
                    }));
      }
      running.await();
      Unavailable refusal = assertThrows(Unavailable.class, () -> room.run(check.time(), () -> {}));
      assertEquals("1", refusal.headers().get("Retry-After"));
      end.release(2);
    }
    assertDoesNotThrow(() -> room.run(check.time(), () -> {}));
  }

  private void breaks(String schema, String content) {
    violations(assertThrows(Unprocessable.class, () -> both(schema, content), content));
  }

  private void accept(String schema, String content) {
    assertDoesNotThrow(() -> both(schema, content), schema);
    assertDoesNotThrow(() -> content(schema, content), schema);
  }

  private void refused(String schema, String content) {
    assertThrows(ProblemException.class, () -> both(schema, content));
  }

  private void schema(String schema) {
    both(schema, "[]");
  }

  private void both(String schema, String content) {
    check.checkBoth(new Json(schema), new Json(content), "value", check.time());
  }

  private void content(String schema, String content) {
    check.checkContent(new Json(schema), new Json(content), "value", check.time());
  }

  private List<Violation> violations(String schema, String content) {
    return violations(assertThrows(Unprocessable.class, () -> content(schema, content)));
  }

  @SuppressWarnings("unchecked")
  private static List<Violation> violations(Unprocessable refusal) {
    return (List<Violation>) refusal.members().get("violations");
  }
}
