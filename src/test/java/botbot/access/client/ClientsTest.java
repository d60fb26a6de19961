package botbot.access.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.Frozen;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ClientsTest {

  private final Api admin = Api.ofThisTest();
  private final String name = "client-" + UUID.randomUUID();

  @Test
  void aClientIsMadeWithAKeyThatIsShownOnce() {
    Answer made = create("[\"frontend\",\"metrics\"]", ",\"tier\":\"gold\"");
    assertEquals(201, made.status());
    assertEquals(name, made.json().path("name").asText());
    assertEquals("[\"frontend\",\"metrics\"]", made.json().path("roles").toString());
    assertEquals("gold", made.json().path("tier").asText());
    assertTrue(made.json().path("key").asText().length() > 40);
    assertTrue(made.etag().isPresent());
    assertEquals("no-store, no-transform", made.header("Cache-Control"));
    JsonNode listed = find(name);
    assertEquals(
        "{\"name\":\""
            + name
            + "\",\"roles\":[\"frontend\",\"metrics\"],\"tier\":\"gold\","
            + "\"space\":\"default\"}",
        listed.toString());
  }

  @Test
  void aTakenNameIsAConflict() {
    create("[\"admin\"]", "").expect(201);
    Answer again = create("[\"admin\"]", "").expect(409);
    assertEquals("application/problem+json", again.header("Content-Type"));
  }

  @Test
  void keysAreStoredHashedOnly() {
    String key = create("[\"admin\"]", "").json().path("key").asText();
    String stored =
        Backends.postgres()
            .query("select json_agg(k)::text from client_key k where client = '" + name + "'")
            .orElseThrow();
    assertFalse(stored.contains(key.substring(key.indexOf('.') + 1)));
  }

  @Test
  void eachRoleOpensWhatItShould() {
    String frontend = create("[\"frontend\"]", "").json().path("key").asText();
    assertEquals(403, admin.withKey(frontend).get("/v1/clients").status());
    assertEquals(403, admin.withKey(frontend).get("/q/metrics").status());
    String metrics = admin.newKey(name + "-m", "metrics");
    assertEquals(200, admin.withKey(metrics).get("/q/metrics").status());
    assertEquals(403, admin.withKey(metrics).get("/v1/clients").status());
    String second = admin.newKey(name + "-a", "admin");
    assertEquals(200, admin.withKey(second).get("/q/metrics").status());
    assertEquals(200, admin.withKey(second).get("/v1/clients").status());
    assertEquals(200, admin.get("/q/metrics").status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "wrong", "bb_AAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a b"})
  void noneOrAnUnknownKeyIs401(String key) {
    for (String path : List.of("/v1/clients", "/q/metrics")) {
      Answer refused = admin.withKey(key).get(path);
      assertEquals(401, refused.status(), path);
      assertEquals("Bearer", refused.header("WWW-Authenticate"));
      assertEquals("application/problem+json", refused.header("Content-Type"));
      assertEquals(path, refused.json().path("instance").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/q/health", "/q/health/live", "/q/openapi"})
  void someDoorsAreOpenToAllEvenWithAWrongKey(String path) {
    assertEquals(200, admin.withKey("").get(path).status());
    assertEquals(200, admin.withKey("wrong").get(path).status());
  }

  @Test
  void aRevokedKeyIsRefusedAtOnceHere() {
    Answer made = create("[\"admin\"]", "");
    Api client = admin.withKey(made.json().path("key").asText());
    client.get("/v1/clients").expect(200);
    admin.delete("/v1/clients/" + name).expect(204);
    client.get("/v1/clients").expect(401);
    admin.delete("/v1/clients/" + name).expect(404);
  }

  @Test
  void aKeyRevokedElsewhereIsRefusedWithinASecond() {
    Api client = admin.withKey(create("[\"admin\"]", "").json().path("key").asText());
    client.get("/v1/clients").expect(200);
    Backends.postgres().query("delete from client where name = '" + name + "'");
    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> client.get("/v1/clients").status() == 401);
  }

  @Test
  void aRotatedKeyReplacesTheOldOne() {
    Answer made = create("[\"admin\"]", "");
    Api before = admin.withKey(made.json().path("key").asText());
    before.get("/v1/clients").expect(200);
    Answer rotated = admin.post("/v1/clients/" + name + "/rotate", "{}").expect(200);
    assertNotEquals(made.etag(), rotated.etag());
    before.get("/v1/clients").expect(401);
    admin.withKey(rotated.json().path("key").asText()).get("/v1/clients").expect(200);
  }

  @Test
  void anOldKeyWorksOnForItsGraceAndNoLonger() {
    Api before = admin.withKey(create("[\"admin\"]", "").json().path("key").asText());
    admin.post("/v1/clients/" + name + "/rotate", "{\"graceSeconds\":1}").expect(200);
    before.get("/v1/clients").expect(200);
    Awaitility.await()
        .atMost(Duration.ofMillis(1500))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> before.get("/v1/clients").status() == 401);
  }

  @Test
  void rotatingNeedsNoBody() {
    create("[\"admin\"]", "");
    admin
        .send(
            "POST",
            "/v1/clients/" + name + "/rotate",
            java.net.http.HttpRequest.BodyPublishers.noBody())
        .expect(200);
    admin.post("/v1/clients/none-" + name + "/rotate", "{}").expect(404);
    admin.post("/v1/clients/" + name + "/rotate", "{\"graceSeconds\":-1}").expect(400);
    admin.post("/v1/clients/" + name + "/rotate", "{\"graceSeconds\":2592001}").expect(400);
  }

  @Test
  void deletingHonoursItsConditions() {
    String tag = create("[\"admin\"]", "").etag().orElseThrow();
    String path = "/v1/clients/" + name;
    assertEquals(tag, admin.delete(path, "If-Match", "\"0\"").expect(412).etag().orElseThrow());
    admin.delete(path, "If-None-Match", tag).expect(412);
    admin.delete(path, "If-None-Match", "*").expect(412);
    admin.delete(path, "If-Match", "0").expect(400);
    admin.delete("/v1/clients/none-" + name, "If-Match", tag).expect(404);
    admin.delete(path, "If-Match", "\"0\", " + tag).expect(204);
  }

  @Test
  void clientsAreListedInPages() {
    for (int i = 0; i < 3; i++) {
      admin.newKey(name + "-" + i, "metrics");
    }
    List<String> names = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = admin.get("/v1/clients?limit=2" + next).expect(200).json();
      assertTrue(page.path("items").size() <= 2);
      page.path("items").forEach(item -> names.add(item.path("name").asText()));
      next = page.has("nextCursor") ? "&cursor=" + page.path("nextCursor").asText() : "";
    } while (!next.isEmpty());
    assertEquals(names.stream().sorted().distinct().toList(), names);
    assertTrue(names.containsAll(List.of(name + "-0", name + "-1", name + "-2")));
  }

  @Test
  void heldKeysWorkOnWhilePostgresIsAwayAndOthersAre503() {
    Api held = admin.withKey(create("[\"metrics\"]", "").json().path("key").asText());
    Api unseen = admin.withKey(admin.newKey(name + "-unseen", "metrics"));
    held.get("/q/metrics").expect(200);
    Backends.postgres().stop();
    try {
      held.get("/q/metrics").expect(200);
      admin.get("/q/metrics").expect(200);
      Answer refused = unseen.get("/q/metrics").expect(503);
      assertFalse(refused.header("Retry-After").isEmpty());
      assertEquals("application/problem+json", refused.header("Content-Type"));
      assertFalse(unseen.get("/v1/clients").expect(503).header("Retry-After").isEmpty());
      admin.get("/v1/clients").expect(503);
    } finally {
      Backends.postgres().start();
    }
    unseen.get("/q/metrics").expect(200);
  }

  @Test
  void aFrozenPostgresIs503AndHeldKeysDoNotWaitForIt() {
    Api held = admin.withKey(create("[\"metrics\"]", "").json().path("key").asText());
    Api unseen = admin.withKey(admin.newKey(name + "-unseen", "metrics"));
    held.get("/q/metrics").expect(200);
    try (Frozen frozen = Backends.postgres().freeze()) {
      assertFalse(admin.get("/v1/clients").expect(503).header("Retry-After").isEmpty());
      admin.post("/v1/clients/" + name + "/rotate", "{}").expect(503);
      admin.put("/v1/sessions/" + name, "{\"userId\":\"u\"}").expect(503);
      unseen.get("/q/metrics").expect(503);
      held.get("/q/metrics").expect(200);
      long start = System.nanoTime();
      held.get("/q/metrics").expect(200);
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 500);
    }
    unseen.get("/q/metrics").expect(200);
  }

  private Answer create(String roles, String more) {
    return admin.post("/v1/clients", "{\"name\":\"" + name + "\",\"roles\":" + roles + more + "}");
  }

  private JsonNode find(String wanted) {
    for (JsonNode item : admin.get("/v1/clients?limit=200").json().path("items")) {
      if (item.path("name").asText().equals(wanted)) {
        return item;
      }
    }
    throw new AssertionError("not listed: " + wanted);
  }
}
