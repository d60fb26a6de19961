package botbot.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is kept of a user can be read, and erased while others go on. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class UserRightsTest {

  private final Api api = Api.ofThisTest();
  private final String user = "user-" + UUID.randomUUID();

  private Answer put(String id) {
    return api.put("/v1/sessions/" + id, "{\"userId\":\"%s\",\"data\":{\"n\":1}}".formatted(user));
  }

  @Test
  void everythingKeptIsExportedInParts() {
    api.get("/v1/users/" + user).expect(404);
    api.put("/v1/users/" + user + "/preferences", "{\"preferences\":{\"lang\":\"de\"}}")
        .expect(201);
    Answer without = api.get("/v1/users/" + user).expect(200);
    assertEquals(
        "{\"userId\":\"%s\",\"preferences\":{\"lang\":\"de\"},\"sessions\":[]}".formatted(user),
        without.body());
    assertTrue(without.header("Content-Disposition").startsWith("attachment"));
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 25; i++) {
      String id = user + "-" + i;
      put(id).expect(201);
      made.add(id);
    }
    Set<String> exported = new HashSet<>();
    String cursor = "";
    do {
      JsonNode page = api.get("/v1/users/" + user + "?limit=10" + cursor).expect(200).json();
      assertEquals("de", page.at("/preferences/lang").asText());
      page.path("sessions").forEach(session -> exported.add(session.path("id").asText()));
      cursor = page.has("nextCursor") ? "&cursor=" + page.path("nextCursor").asText() : "";
    } while (!cursor.isEmpty());
    assertEquals(made, exported);
  }

  @Test
  void allSessionsOfAUserAreDeletedAndLaterOnesStay() {
    for (int i = 0; i < 5; i++) {
      put(user + "-" + i).expect(201);
      api.get("/v1/sessions/" + user + "-" + i).expect(200);
    }
    assertEquals("{\"deleted\":5}", api.delete("/v1/sessions?userId=" + user).expect(200).body());
    for (int i = 0; i < 5; i++) {
      api.get("/v1/sessions/" + user + "-" + i).expect(404);
    }
    put(user + "-1").expect(201);
    api.get("/v1/sessions/" + user + "-1").expect(200);
    api.delete("/v1/sessions").expect(400);
    assertEquals(
        "{\"deleted\":0}", api.delete("/v1/sessions?userId=nobody-" + user).expect(200).body());
  }

  @Test
  void anErasureLeavesNothingInPostgresqlAndRedis() {
    api.put("/v1/users/" + user + "/preferences", "{\"preferences\":{}}").expect(201);
    api.put(
            "/v1/rate-policies/" + user,
            "{\"tier\":\"*\",\"endpoint\":\"%s\",\"limit\":3,\"windowMs\":60000}".formatted(user))
        .expect(201);
    String check = "{\"subject\":\"%s\",\"endpoint\":\"%s\"}".formatted(user, user);
    api.post("/v1/rate-checks", check).expect(200);
    put(user + "-1").expect(201);
    api.get("/v1/sessions/" + user + "-1").expect(200);
    // a counter of a policy that is not there any more
    String identity = Backends.postgres().query("select identity from deployment").orElseThrow();
    String space = Api.SPACE.orElse("default");
    String stray = "botbot:" + identity + "/" + space + "/rate:{" + user + "}:old:1000:s";
    Backends.redis().command("SET", stray, "x");
    String old = "botbot:" + identity + "/" + space + "/cache:1:sessions:{" + user + "-old}";
    Backends.redis().command("SET", old, user);

    assertEquals(
        "{\"sessions\":1,\"preferences\":1}", api.delete("/v1/users/" + user).expect(200).body());
    api.get("/v1/users/" + user).expect(404);
    api.get("/v1/sessions/" + user + "-1").expect(404);
    api.get("/v1/users/" + user + "/preferences").expect(404);
    assertEquals(
        2, api.post("/v1/rate-checks", check).expect(200).json().path("remaining").asInt());
    api.delete("/v1/rate-policies/" + user).expect(204);

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertEquals(0L, Backends.redis().command("EXISTS", stray));
              assertEquals(0L, Backends.redis().command("EXISTS", old));
              assertEquals(
                  List.of(), ((List<?>) Backends.redis().command("KEYS", "*{" + user + "}*")));
              String rows = "select count(*) from erasure where user_id = '" + user + "'";
              assertEquals("0", Backends.postgres().query(rows).orElseThrow());
            });
    String outbox = "select count(*) from outbox_entry where key like '%" + user + "%'";
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> Backends.postgres().query(outbox).orElseThrow().equals("0"));
  }

  @Test
  void tenThousandSessionsAreErasedAtOnceWhileOthersGoOn() throws Exception {
    Backends.postgres()
        .query(
            """
            insert into session (space, id, user_id, data, ttl_seconds, sliding, version,
                                 created_at, updated_at, expires_at)
            select '%s', '%s-' || n, '%s', '{}', 3600, true, nextval('version_seq'),
                   now(), now(), now() + interval '1 h' from generate_series(1, 10000) n
            """
                .formatted(Api.SPACE.orElse("default"), user, user));
    for (int i = 1; i <= 50; i++) {
      api.get("/v1/sessions/" + user + "-" + i).expect(200);
    }
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    Set<String> late = ConcurrentHashMap.newKeySet();
    List<String> wrong = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        int writer = w;
        writers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 100; i++) {
                    boolean after = over.get();
                    String id = user + "-w" + writer + "-" + i;
                    put(id).expect(201);
                    written.incrementAndGet();
                    api.patch("/v1/sessions/" + user + "-" + (i + 1), "{\"data\":{\"n\":2}}")
                        .expect(200, 404);
                    if (after) {
                      late.add(id);
                    }
                  }
                }));
      }
      Awaitility.await("the writers to be at it").until(() -> written.get() > 20);
      int sessions = api.delete("/v1/users/" + user).expect(200).json().path("sessions").asInt();
      over.set(true);
      assertTrue(sessions >= 10_000, () -> sessions + " sessions");
      for (int i = 1; i <= 50; i++) {
        Answer answer = api.get("/v1/sessions/" + user + "-" + i);
        if (answer.status() != 404) {
          wrong.add(answer.toString());
        }
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertEquals(List.of(), wrong);
    for (String id : late) {
      api.get("/v1/sessions/" + id).expect(200);
    }
    String left = "select count(*) from session where user_id = '" + user + "' and id !~ '-w'";
    assertEquals("0", Backends.postgres().query(left).orElseThrow());
  }
}
