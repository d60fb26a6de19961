package botbot.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.space.Deployment;
import botbot.space.Space;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import botbot.testing.EventStream.Event;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What belongs to one space is unknown in every other, and can be erased as a whole. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class SpacesTest {

  private static final int CALLS = 1_500;
  private static final String JSON = "application/json";

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final Api admin = Api.ofThisTest().inSpace("default");

  /** The log of this process while a test runs. */
  private static final class Log extends Handler implements AutoCloseable {
    private final List<String> lines = new ArrayList<>();
    private final Logger root = Logger.getLogger("");

    Log() {
      root.addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord record) {
      lines.add(ExtLogRecord.wrap(record).getFormattedMessage());
    }

    synchronized List<String> lines() {
      return List.copyOf(lines);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      root.removeHandler(this);
    }
  }

  private Answer make(Api by, String name, String role, String space) {
    String body = "{\"name\":\"%s\",\"roles\":[\"%s\"],\"space\":\"%s\"}";
    return by.post("/v1/clients", body.formatted(name, role, space));
  }

  private Api client(String name, String role, String space) {
    Answer made = make(admin, name + run, role, space).expect(201);
    assertEquals(space, made.json().path("space").asText());
    return Api.at(admin.uri("").toString(), made.json().path("key").asText());
  }

  @Test
  void nothingOfOneSpaceIsVisibleInAnother() {
    Map<String, Api> keys = new LinkedHashMap<>();
    for (String space : List.of("one", "two", "three")) {
      keys.put(space + run, client(space, "admin", space + run));
    }
    Map<String, EventStream> streams = new LinkedHashMap<>();
    List<String> names = List.copyOf(keys.keySet());
    Random random = new Random(42);
    try (Log log = new Log()) {
      keys.forEach(
          (space, api) -> {
            Answer made = make(admin, "listener-" + space, "frontend", space).expect(201);
            String key = "Bearer " + made.json().path("key").asText();
            streams.put(
                space,
                EventStream.open(
                    admin, "/v1/changes", "Authorization", key, "Botbot-Space", space));
          });
      for (int i = 0; i < CALLS; i++) {
        String space = names.get(random.nextInt(names.size()));
        Answer answer = randomCall(keys.get(space), space, random);
        assertTrue(answer.status() < 500, answer::toString);
        names.stream()
            .filter(other -> !other.equals(space))
            .forEach(
                other -> assertFalse(answer.toString().contains("of-" + other), answer::toString));
      }
      streams.forEach(
          (space, stream) -> {
            keys.get(space).put("/v1/settings/last-of-" + space, "{\"value\":1}").expect(201);
            Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> stream.events().stream().anyMatch(e -> e.data().contains("last-of-")));
            for (Event event : stream.events()) {
              names.stream()
                  .filter(other -> !other.equals(space))
                  .forEach(other -> assertFalse(event.data().contains("of-" + other)));
            }
          });
      for (String line : log.lines()) {
        names.forEach(space -> assertFalse(line.contains("of-" + space), line));
      }
      String metrics = admin.get("/q/metrics").expect(200).body();
      names.forEach(space -> assertFalse(metrics.contains("value-of-" + space)));
    } finally {
      streams.values().forEach(EventStream::close);
    }
  }

  /** A call with ids that are the same in every space, and values that tell their space. */
  private static Answer randomCall(Api api, String space, Random random) {
    String id = "same-" + random.nextInt(4);
    String value = "value-of-" + space + "-" + random.nextInt(1000);
    String object = "{\"v\":\"" + value + "\"}";
    return switch (random.nextInt(27)) {
      case 0 -> api.put("/v1/sessions/" + id, session(id, object));
      case 1 -> api.patch("/v1/sessions/" + id, "{\"data\":" + object + "}");
      case 2 -> api.get("/v1/sessions/" + id);
      case 3 -> api.get("/v1/sessions?userId=" + id);
      case 4 -> api.post("/v1/sessions/batch-get", "{\"ids\":[\"same-0\",\"same-1\",\"same-2\"]}");
      case 5 -> api.delete("/v1/sessions/" + id);
      case 6 ->
          api.post("/v1/sessions", "{\"id\":\"" + id + "\"," + session(id, object).substring(1));
      case 7 -> api.post("/v1/sessions/" + id + "/touch", "{}");
      case 8 -> api.delete("/v1/sessions?userId=" + id);
      case 9 -> api.put("/v1/users/" + id + "/preferences", "{\"preferences\":" + object + "}");
      case 10 -> api.get("/v1/users/" + id + "/preferences");
      case 11 -> api.put("/v1/users/" + id + "/preferences/v", "{\"value\":\"" + value + "\"}");
      case 12 -> api.delete("/v1/users/" + id + "/preferences");
      case 13 -> api.put("/v1/scratch/ns/" + id, object);
      case 14 -> api.get("/v1/scratch/ns/" + id);
      case 15 -> api.post("/v1/scratch/ns/" + id + "/take", "");
      case 16 -> api.get("/v1/scratch/ns");
      case 17 -> api.put("/v1/settings/" + id, "{\"value\":" + object + "}");
      case 18 -> api.get("/v1/settings/" + id);
      case 19 -> api.get("/v1/settings?prefix=same");
      case 20 -> api.put("/v1/agents/" + id + "/config", "{\"config\":" + object + "}");
      case 21 -> api.get("/v1/agents/" + id + "/config");
      case 22 -> api.get("/v1/agents/" + id + "/config/versions");
      case 23 -> api.get("/v1/users/" + id);
      case 24 -> api.delete("/v1/users/" + id);
      case 25 ->
          api.put(
              "/v1/rate-policies/" + id,
              "{\"tier\":\"value-of-%s\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":60000}"
                  .formatted(space));
      default -> api.get("/v1/rate-policies");
    };
  }

  private static String session(String userId, String data) {
    return "{\"userId\":\"" + userId + "\",\"data\":" + data + "}";
  }

  @Test
  void theHeaderIsForThoseThatMayWorkEverywhere() {
    Api own = client("own", "frontend", "s" + run);
    Api all = client("all", "frontend", "*");
    own.put("/v1/sessions/x", session("u", "{}"), "Botbot-Space", "s" + run).expect(201);
    own.get("/v1/sessions/x").expect(200);
    own.get("/v1/sessions/x", "Botbot-Space", "t" + run).expect(403);
    own.get("/v1/sessions/x", "Botbot-Space", "no/name").expect(400);
    own.get("/v1/spaces").expect(403);
    all.get("/v1/sessions/x").expect(404);
    all.get("/v1/sessions/x", "Botbot-Space", "s" + run).expect(200);
    admin.inSpace("s" + run).get("/v1/sessions/x").expect(200);
    admin.inSpace("t" + run).get("/v1/sessions/x").expect(404);
    admin.inSpace("*").get("/v1/sessions/x").expect(400);
    String check = "{\"subject\":\"s\"}";
    own.post("/v1/rate-checks", check, "Botbot-Space", "t" + run).expect(403);
    own.post("/v1/rate-checks", check, "Botbot-Space", "no/name").expect(400);
    own.post("/v1/rate-checks", check, "Botbot-Space", "s" + run).expect(200);
    all.post("/v1/rate-checks", check, "Botbot-Space", "t" + run).expect(200);
  }

  @Test
  void countersOfSpacesAreTheirOwn() {
    String policy = "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":1,\"windowMs\":60000}";
    List<Api> apis = List.of(admin.inSpace("c1-" + run), admin.inSpace("c2-" + run));
    apis.forEach(api -> api.put("/v1/rate-policies/p", policy).expect(201));
    for (Api api : apis) {
      api.post("/v1/rate-checks", "{\"subject\":\"s\"}").expect(200);
      api.post("/v1/rate-checks", "{\"subject\":\"s\"}").expect(429);
    }
    apis.getFirst().delete("/v1/rate-checks?subject=s").expect(204);
    apis.getFirst().post("/v1/rate-checks", "{\"subject\":\"s\"}").expect(200);
    apis.getLast().post("/v1/rate-checks", "{\"subject\":\"s\"}").expect(429);
    admin.inSpace("c3-" + run).post("/v1/rate-checks", "{\"subject\":\"s\"}").expect(200);
  }

  @Test
  void anAdministratorOfOneSpaceMakesAndSeesClientsOfThatSpaceOnly() {
    Api one = client("admin-of-a", "admin", "a" + run);
    client("of-b", "frontend", "b" + run);
    Answer made =
        one.post("/v1/clients", "{\"name\":\"m%s\",\"roles\":[\"frontend\"]}".formatted(run));
    assertEquals("a" + run, made.expect(201).json().path("space").asText());
    make(one, "n" + run, "frontend", "b" + run).expect(403);
    make(one, "n" + run, "frontend", "*").expect(403);
    make(one, "of-b" + run, "frontend", "a" + run).expect(409);
    one.delete("/v1/clients/of-b" + run).expect(404);
    one.post("/v1/clients/of-b" + run + "/rotate", "{}").expect(404);
    String listed = one.get("/v1/clients").expect(200).body();
    assertTrue(listed.contains("\"m" + run + "\""), listed);
    assertFalse(listed.contains("of-b" + run), listed);
    one.delete("/v1/spaces/a" + run).expect(403);
    admin.delete("/v1/clients/of-b" + run).expect(404);
    Api.ofThisTest().withKey(Backends.ADMIN_KEY).delete("/v1/clients/m" + run);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "other:x",
        "{",
        "}",
        "{}",
        "a}b",
        "/",
        "x/y",
        "default/x",
        "botbot:x/default/cache:1:sessions:{x}",
        "*",
        "?",
        "[a]",
        "\\",
        "}{",
        "%"
      })
  void idsDoNotCross(String id) {
    String path = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    Api one = admin.inSpace("x" + run);
    Api other = admin.inSpace("x" + run + ":y");
    one.put("/v1/sessions/" + path, session(json(id), "{\"a\":1}")).expect(201, 200);
    one.put("/v1/users/" + path + "/preferences", "{\"preferences\":{\"a\":1}}").expect(201, 200);
    one.put("/v1/scratch/ns/" + path, "1").expect(201, 200);
    for (int i = 0; i < 2; i++) {
      one.get("/v1/sessions/" + path).expect(200);
      other.get("/v1/sessions/" + path).expect(404);
      other.get("/v1/users/" + path + "/preferences").expect(404);
      other.get("/v1/scratch/ns/" + path).expect(404);
      other.get("/v1/users/" + path).expect(404);
    }
    assertEquals("{\"sessions\":0,\"preferences\":0}", other.delete("/v1/users/" + path).body());
    assertEquals("{\"sessions\":1,\"preferences\":1}", one.delete("/v1/users/" + path).body());
    one.get("/v1/sessions/" + path).expect(404);
  }

  private static String json(String text) {
    return text.replace("\\", "\\\\");
  }

  @Test
  void everyKeyInRedisBeginsWithTheInstallationAndTheSpace() {
    Api api = admin.inSpace("k" + run);
    api.put("/v1/sessions/x", session("u", "{}")).expect(201);
    api.get("/v1/sessions/x").expect(200);
    api.put(
            "/v1/rate-policies/p",
            "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":1,\"windowMs\":60000}")
        .expect(201);
    api.post("/v1/rate-checks", "{\"subject\":\"x\"}").expect(200);
    assertFalse(keysOf("k" + run).isEmpty());
    List<String> all = keys("*");
    String identity = identity();
    all.forEach(key -> assertTrue(key.startsWith("botbot:" + identity + "/"), key));
  }

  private static String identity() {
    return Backends.postgres().query("select identity from deployment").orElseThrow();
  }

  private static List<String> keysOf(String space) {
    return keys(new Deployment(identity()).prefixes(new Space(space)).getFirst() + "*");
  }

  private static List<String> keys(String pattern) {
    return ((List<?>) Backends.redis().command("KEYS", pattern))
        .stream().map(String::valueOf).toList();
  }

  @Test
  void aSpaceIsErasedAndIsUnknownAfterwards() {
    String name = "gone" + run;
    String stays = "stays" + run;
    Api api = admin.inSpace(name);
    fill(api);
    fill(admin.inSpace(stays));
    make(admin, "last" + run, "frontend", name).expect(201);
    assertEquals(
        "{\"name\":\"%s\",\"clients\":1,\"sessions\":20,\"users\":3}".formatted(name),
        summary(name));
    admin.delete("/v1/spaces/" + name).expect(409);
    Api.at(admin.uri("").toString(), Backends.ADMIN_KEY)
        .delete("/v1/clients/last" + run, "Botbot-Space", name)
        .expect(204);
    admin.delete("/v1/spaces/" + name).expect(202);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> admin.delete("/v1/spaces/" + name).expect(404));
    assertEquals("", summary(name));
    for (String table :
        List.of(
            "session",
            "user_preferences",
            "scratch_value",
            "document",
            "document_version",
            "change",
            "policy",
            "outbox_entry")) {
      String count = "select count(*) from " + table + " where space = '" + name + "'";
      assertEquals("0", Backends.postgres().query(count).orElseThrow(), table);
    }
    assertEquals(List.of(), keysOf(name));
    api.get("/v1/sessions/s1").expect(404);
    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(() -> api.get("/v1/settings/a").expect(404));
    assertTrue(keysOf(stays).size() > 20);
    assertTrue(summary(stays).contains("\"sessions\":20"));
    admin.inSpace(stays).get("/v1/settings/a").expect(200);
    make(admin, "again" + run, "frontend", name).expect(201);
  }

  private static void fill(Api api) {
    for (int i = 0; i < 20; i++) {
      api.put("/v1/sessions/s" + i, session("u" + i % 2, "{}")).expect(201);
    }
    api.put("/v1/users/p/preferences", "{\"preferences\":{}}").expect(201);
    api.put("/v1/scratch/ns/x", "1").expect(201);
    api.put("/v1/settings/a", "{\"value\":1}").expect(201);
    api.put("/v1/agents/a/config", "{\"config\":{}}").expect(201);
    api.put(
            "/v1/rate-policies/p",
            "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":1,\"windowMs\":60000}")
        .expect(201);
    api.post("/v1/rate-checks", "{\"subject\":\"x\"}").expect(200);
  }

  private String summary(String name) {
    String cursor = "";
    while (true) {
      Answer page = admin.get("/v1/spaces?limit=200" + cursor).expect(200);
      for (var space : page.json().path("items")) {
        if (space.path("name").asText().equals(name)) {
          return space.toString();
        }
      }
      if (!page.json().has("nextCursor")) {
        return "";
      }
      cursor = "&cursor=" + page.json().path("nextCursor").asText();
    }
  }

  @Test
  void aSpaceThatIsNotThereIs404() {
    admin.delete("/v1/spaces/never" + run).expect(404);
    admin.delete("/v1/spaces/no%2Fname").expect(400);
  }
}
