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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is answered on the short way is answered as on the ordinary one. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ShortReadsTest {

  /** Of each answer its own. */
  private static final Set<String> OWN = Set.of("x-request-id", "content-length", "ratelimit");

  /** A condition that always holds leads to the ordinary way. */
  private static final String[] ORDINARY = {"If-Match", "*"};

  private final Api admin = Api.ofThisTest();

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

  /** A space after the JSON, which no reader of it would repeat. */
  private static void markEntryOf(String id) {
    List<?> keys = (List<?>) Backends.redis().command("KEYS", "*" + id + "*");
    assertEquals(1, keys.size(), keys::toString);
    Backends.redis().command("APPEND", keys.getFirst().toString(), " ");
  }
}
