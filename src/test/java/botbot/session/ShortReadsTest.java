package botbot.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.http.PathSegment;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered on the short way is answered as on the ordinary one. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ShortReadsTest {

  /** Of each answer its own. */
  private static final Set<String> OWN = Set.of("x-request-id", "content-length", "ratelimit");

  /** A condition that always holds leads to the ordinary way. */
  private static final String[] ORDINARY = {"If-Match", "*"};

  /** So does what the short way does not know. */
  private static final String[] ORDINARY_POST = {"Accept", "application/json;q=0.9"};

  private static final String BATCH = "/v1/sessions/batch-get";

  private final Api admin = Api.ofThisTest();

  @Inject Router router;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/sessions/:id",
        "/v1/users/:userId/preferences",
        "/v1/settings/:key",
        "/v1/agents/:id/config"
      })
  void thereIsAShortWayTo(String path) {
    assertTrue(
        router.getRoutes().stream()
            .anyMatch(
                route -> path.equals(route.getPath()) && route.methods().contains(HttpMethod.GET)));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions/%s, '{\"userId\":\"u\",\"data\":{\"a\":1}}'",
    "/v1/users/%s/preferences, '{\"preferences\":{\"a\":1}}'"
  })
  void bothWaysAnswerAlike(String path, String body) {
    String tier = UUID.randomUUID().toString();
    Api client = admin.withKey(key(tier));
    String at = path.formatted("tg:" + tier);
    admin.put(at, body).expect(201);
    admin.get(at).expect(200);
    double before = requests();
    Answer ordinary = client.get(at, ORDINARY).expect(200);
    markEntryOf(tier);
    Answer taken = client.get(at).expect(200);
    assertEquals("redis; hit", taken.cacheStatus());
    assertEquals(ordinary.body() + " ", taken.body(), "shown as it stands in Redis");
    assertEquals(fields(ordinary), fields(taken));
    assertEquals(2, requests() - before, "each is counted once");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/settings/%s, '{\"value\":{\"a\":1.10}}'",
    "/v1/agents/%s/config, '{\"config\":{\"a\":1.10}}'"
  })
  void bothWaysToADocumentAnswerAlike(String path, String body) {
    String tier = UUID.randomUUID().toString();
    Api client = admin.withKey(key(tier));
    String at = path.formatted("doc-" + tier);
    admin.put(at, body).expect(201);
    double before = requests();
    Answer ordinary = client.get(at, ORDINARY).expect(200);
    Answer taken = client.get(at).expect(200);
    assertEquals("local; hit", taken.cacheStatus());
    assertEquals(ordinary.body(), taken.body());
    assertEquals(fields(ordinary), fields(taken));
    assertEquals(2, requests() - before, "each is counted once");
    admin.delete(at).expect(204);
    client.get(at).expect(404);
  }

  @Test
  void bothWaysToSeveralSessionsAnswerAlike() {
    String tier = UUID.randomUUID().toString();
    Api client = admin.withKey(key(tier));
    List<String> ids = List.of("tg:" + tier, "a/b%;漢 " + tier, "none-" + tier);
    put(ids.get(0), "{\"userId\":\"u\"}");
    put(ids.get(1), "{\"userId\":\"u\",\"data\":{\"a\":1.10}}");
    for (String body :
        List.of(
            body(ids),
            body(List.of(ids.get(1), ids.get(0), ids.get(1))),
            body(List.of(ids.get(2))))) {
      // so that Redis knows which there are not
      admin.post(BATCH, body).expect(200);
      double before = requests();
      Answer ordinary = client.post(BATCH, body, ORDINARY_POST).expect(200);
      Answer taken = client.post(BATCH, body).expect(200);
      assertEquals("redis; hit", taken.cacheStatus());
      assertEquals(ordinary.body(), taken.body());
      assertEquals(fields(ordinary), fields(taken));
      assertEquals(2, requests() - before, "each is counted once");
    }
  }

  @Test
  void severalAreShownAsTheyStandInRedisUnlessOneIsNotThere() {
    String tier = UUID.randomUUID().toString();
    List<String> ids = List.of("one-" + tier, "other-" + tier);
    ids.forEach(id -> put(id, "{\"userId\":\"u\"}"));
    admin.post(BATCH, body(ids)).expect(200);
    ids.forEach(ShortReadsTest::markEntryOf);
    String taken = admin.post(BATCH, body(ids)).expect(200).body();
    assertEquals(2, taken.chars().filter(c -> c == ' ').count(), taken);
    Backends.redis().command("DEL", entryOf(ids.getLast()));
    Answer ordinary = admin.post(BATCH, body(ids)).expect(200);
    assertEquals("redis; fwd=uri-miss; stored", ordinary.cacheStatus());
    assertEquals(taken.replace(" ", ""), ordinary.body());
  }

  @Test
  void severalThatAreLongTogetherAreShownWhole() {
    String tier = UUID.randomUUID().toString();
    String text = "x".repeat(15_000);
    List<String> ids = IntStream.range(0, 60).mapToObj(i -> i + "-" + tier).toList();
    ids.forEach(id -> put(id, "{\"userId\":\"u\",\"data\":{\"text\":\"" + text + "\"}}"));
    // as many as one piece, several pieces, and more than are read on an event loop
    for (int count : List.of(3, 20, 60)) {
      Answer answer = admin.post(BATCH, body(ids.subList(0, count))).expect(200);
      assertEquals("redis; hit", answer.cacheStatus());
      JsonNode items = answer.json().get("items");
      assertEquals(
          ids.subList(0, count), items.valueStream().map(item -> item.get("id").asText()).toList());
      items.forEach(item -> assertEquals(text, item.get("data").get("text").asText()));
    }
  }

  @Test
  void idsThatAreNotValidAreRefusedAsTheResourceDoes() {
    String id = "\"" + "x".repeat(100) + "\"";
    for (String body :
        List.of(
            "",
            "{",
            "null",
            "{}",
            "{\"ids\":[]}",
            "{\"ids\":[null]}",
            "{\"ids\":[\"\"]}",
            "{\"ids\":[\"a\"],\"more\":1}",
            "{\"ids\":" + Collections.nCopies(101, id) + "}")) {
      Answer taken = admin.post(BATCH, body).expect(400);
      Answer ordinary = admin.post(BATCH, body, ORDINARY_POST).expect(400);
      assertEquals(ordinary.json().get("detail"), taken.json().get("detail"), body);
    }
    admin.post(BATCH, "{\"ids\":" + Collections.nCopies(100, id) + "}").expect(200);
  }

  @ParameterizedTest
  @CsvSource({"/v1/sessions/%s", "/v1/users/%s/preferences"})
  void aReadIsChargedOnceWhateverItFinds(String path) {
    String tier = UUID.randomUUID().toString();
    String policy = "{\"tier\":\"%s\",\"endpoint\":\"api\",\"limit\":3,\"windowMs\":60000}";
    admin.put("/v1/rate-policies/" + tier, policy.formatted(tier)).expect(201);
    Api client = admin.withKey(key(tier));
    String at = path.formatted(tier);
    String body = at.contains("sessions") ? "{\"userId\":\"u\"}" : "{\"preferences\":{}}";
    assertEquals(2, left(client.get(at).expect(404)));
    admin.put(at, body).expect(201);
    assertEquals(1, left(client.get(at).expect(200)));
    assertEquals(0, left(client.get(at, ORDINARY).expect(200)));
    client.get(at).expect(429);
    client.get(at, ORDINARY).expect(429);
  }

  private String key(String tier) {
    String body = "{\"name\":\"%s\",\"roles\":[\"frontend\"],\"tier\":\"%s\"}";
    return admin
        .post("/v1/clients", body.formatted(UUID.randomUUID(), tier))
        .expect(201)
        .json()
        .get("key")
        .asText();
  }

  private static int left(Answer answer) {
    String field = answer.header("RateLimit");
    return Integer.parseInt(field.replaceAll(".*;r=(\\d+).*", "$1"));
  }

  private double requests() {
    return admin.metric("botbot_space_requests_total{space=\"default\"");
  }

  private static Map<String, List<String>> fields(Answer answer) {
    Map<String, List<String>> fields = new TreeMap<>(answer.headers().map());
    fields.keySet().removeAll(OWN);
    return fields;
  }

  private void put(String id, String session) {
    admin.put("/v1/sessions/" + PathSegment.of(id), session).expect(201);
  }

  private static String body(List<String> ids) {
    return ids.stream().collect(Collectors.joining("\",\"", "{\"ids\":[\"", "\"]}"));
  }

  /** A space after the JSON, which no reader of it would repeat. */
  private static void markEntryOf(String id) {
    Backends.redis().command("APPEND", entryOf(id), " ");
  }

  private static String entryOf(String id) {
    List<?> keys = (List<?>) Backends.redis().command("KEYS", "*" + id + "*");
    assertEquals(1, keys.size(), keys::toString);
    return keys.getFirst().toString();
  }
}
