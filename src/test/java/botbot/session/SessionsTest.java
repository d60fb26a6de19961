package botbot.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.space.Space;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class SessionsTest {

  @Inject CachedSessions sessions;

  private Api api;

  @BeforeEach
  void callTheService() {
    api = Api.ofThisTest();
  }

  @Test
  void aSessionIsCreatedWithTheDefaultsOfTheContract() {
    Answer created = api.post("/v1/sessions", "{\"userId\":\"u\"}").expect(201);
    JsonNode session = created.json();
    String id = session.get("id").textValue();
    assertEquals(7, UUID.fromString(id).version());
    assertTrue(created.header("Location").endsWith("/v1/sessions/" + id));
    assertEquals("\"" + session.get("version") + "\"", created.etag().orElseThrow());
    assertEquals(1800, session.get("ttlSeconds").intValue());
    assertTrue(session.get("sliding").booleanValue());
    assertEquals("{}", session.get("data").toString());
    Instant begin = Instant.parse(session.get("createdAt").textValue());
    Instant end = Instant.parse(session.get("expiresAt").textValue());
    assertEquals(1800, Duration.between(begin, end).toSeconds());
    assertEquals("redis; hit", api.get("/v1/sessions/" + id).expect(200).cacheStatus());
  }

  @Test
  void dataIsKeptToTheDigit() {
    String data = "{\"z\":1.10,\"a\":1E400,\"n\":null,\"long\":12345678901234567890123}";
    api.put("/v1/sessions/exact", "{\"userId\":\"u\",\"data\":" + data + "}").expect(201);
    assertTrue(api.get("/v1/sessions/exact").body().contains("\"data\":" + data));
    Backends.redis().command("FLUSHALL");
    assertTrue(api.get("/v1/sessions/exact").body().contains("\"data\":" + data));
  }

  @Test
  void aLiveIdCannotBeCreatedAgainAndAnExpiredOneCan() {
    String body = "{\"id\":\"again\",\"userId\":\"u\",\"ttlSeconds\":1,\"sliding\":false}";
    long version = version(api.post("/v1/sessions", body).expect(201));
    api.post("/v1/sessions", body).expect(409);
    awaitGone("/v1/sessions/again");
    long next = version(api.post("/v1/sessions", body).expect(201));
    assertTrue(next > version, next + " after " + version);
  }

  @Test
  void theVersionGrowsOverDeletionAndRecreation() {
    long first = version(api.put("/v1/sessions/grows", "{\"userId\":\"u\"}").expect(201));
    api.delete("/v1/sessions/grows").expect(204);
    api.get("/v1/sessions/grows").expect(404);
    api.delete("/v1/sessions/grows").expect(404);
    long second = version(api.put("/v1/sessions/grows", "{\"userId\":\"u\"}").expect(201));
    long third = version(api.put("/v1/sessions/grows", "{\"userId\":\"v\"}").expect(200));
    assertTrue(first < second && second < third);
  }

  @Test
  void aMergePatchChangesItsFieldsOnly() {
    api.put("/v1/sessions/patch", "{\"userId\":\"u\",\"data\":{\"a\":{\"b\":1,\"c\":2},\"d\":3}}");
    Answer patched =
        api.patch("/v1/sessions/patch", "{\"data\":{\"a\":{\"b\":null,\"e\":5},\"f\":[null]}}")
            .expect(200);
    String expected = "{\"a\":{\"c\":2,\"e\":5},\"d\":3,\"f\":[null]}";
    assertEquals(expected, patched.json().get("data").toString());
    assertEquals(expected, api.get("/v1/sessions/patch").json().get("data").toString());
    api.patch("/v1/sessions/patch", "[1]").expect(400);
    api.patch("/v1/sessions/unknown", "{}").expect(404);
  }

  @Test
  void aPatchThatWouldGrowASessionOverTheLimitIsRefused() {
    String half = "\"" + "x".repeat(140_000) + "\"";
    api.put("/v1/sessions/large", "{\"userId\":\"u\",\"data\":{\"a\":" + half + "}}").expect(201);
    api.patch("/v1/sessions/large", "{\"data\":{\"b\":" + half + "}}").expect(413);
    assertFalse(api.get("/v1/sessions/large").json().get("data").has("b"));
  }

  @Test
  void oneHundredPatchesOfDifferentFieldsAllSucceed() throws Exception {
    api.put("/v1/sessions/fields", "{\"userId\":\"u\"}").expect(201);
    List<Answer> answers =
        atOnce(100, i -> api.patch("/v1/sessions/fields", "{\"data\":{\"f" + i + "\":" + i + "}}"));
    answers.forEach(answer -> answer.expect(200));
    JsonNode data = api.get("/v1/sessions/fields").json().get("data");
    assertEquals(100, data.size());
    IntStream.range(0, 100).forEach(i -> assertEquals(i, data.get("f" + i).intValue()));
  }

  @Test
  void ofFiftyPutsOnOneTagExactlyOneSucceeds() throws Exception {
    String tag =
        api.put("/v1/sessions/race", "{\"userId\":\"u\"}").expect(201).etag().orElseThrow();
    List<Answer> answers =
        atOnce(
            50,
            i ->
                api.put(
                    "/v1/sessions/race",
                    "{\"userId\":\"u\",\"data\":{\"n\":" + i + "}}",
                    "If-Match",
                    tag));
    assertEquals(1, answers.stream().filter(a -> a.status() == 200).count());
    assertEquals(49, answers.stream().filter(a -> a.status() == 412).count());
  }

  @Test
  void aReadExtendsASlidingSessionWithoutANewVersion() {
    Answer created =
        api.put("/v1/sessions/slides", "{\"userId\":\"u\",\"ttlSeconds\":100}").expect(201);
    Answer read =
        Awaitility.await("a read that is later than the write, by the clock of the service")
            .pollInterval(Duration.ofMillis(5))
            .until(
                () -> api.get("/v1/sessions/slides").expect(200),
                one -> expiry(one).isAfter(expiry(created)));
    assertEquals(created.etag(), read.etag());
    // within its TTL and a tenth
    assertTrue(expiry(read).isBefore(Instant.now().plusSeconds(111)));
    Answer again = api.get("/v1/sessions/slides").expect(200);
    assertEquals(expiry(read), expiry(again), "not every read is a write");
  }

  /** A tenth of its TTL is to spare from the write on, whichever way that took. */
  @ParameterizedTest
  @ValueSource(strings = {"together", "alone", "conditional"})
  void aReadSoonAfterAWriteNeedNotBeWrittenDown(String way) {
    String id = "spare-" + way;
    String path = "/v1/sessions/" + id;
    if (way.equals("alone")) {
      SessionBody body = new SessionBody("u", null, null, null, 100, null);
      Space space = Api.SPACE.map(Space::new).orElse(Space.DEFAULT);
      Session shown = sessions.putAlone(space.key(id), body, true).shown();
      assertEquals(shown.updatedAt().plusSeconds(100), shown.expiresAt());
    } else {
      String body = "{\"userId\":\"u\",\"ttlSeconds\":100}";
      String[] condition =
          way.equals("conditional") ? new String[] {"If-None-Match", "*"} : new String[0];
      assertEquals(100, lifetime(api.put(path, body, condition).expect(201).json()));
    }
    String end =
        "select (extract(epoch from expires_at) * 1000)::bigint from session where id = '%s'"
            .formatted(id);
    Optional<String> stored = Backends.postgres().query(end);
    Answer read = api.get(path).expect(200);
    assertEquals("redis; hit", read.cacheStatus());
    assertEquals(110, lifetime(read.json()));
    assertEquals(Optional.of("" + expiry(read).toEpochMilli()), stored);
    assertEquals(stored, Backends.postgres().query(end));
  }

  /** Whether it is made of what Redis holds, or of the row. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPatchIsAnAccessAndAnotherTtlStartsAnew(boolean held) {
    String path = "/v1/sessions/patched-ttl";
    api.put(path, "{\"userId\":\"u\",\"ttlSeconds\":1000}").expect(200, 201);
    assertEquals(1_100, lifetime(patch(path, "{\"data\":{\"a\":1}}", held)));
    assertEquals(500, lifetime(patch(path, "{\"ttlSeconds\":500}", held)));
    JsonNode absolute = patch(path, "{\"sliding\":false,\"ttlSeconds\":2000}", held);
    assertEquals(2_000, lifetime(absolute));
    JsonNode later = patch(path, "{\"channel\":\"web\"}", held);
    assertEquals(absolute.get("expiresAt"), later.get("expiresAt"));
    assertEquals("web", later.get("channel").textValue());
    assertEquals(absolute.get("createdAt"), later.get("createdAt"));
    assertEquals(later, api.get(path).expect(200).json());
    Backends.redis().command("FLUSHALL");
    assertEquals(later, api.get(path).expect(200).json());
  }

  private JsonNode patch(String path, String body, boolean held) {
    if (!held) {
      Backends.redis().command("FLUSHALL");
    }
    return api.patch(path, body).expect(200).json();
  }

  private static long lifetime(JsonNode session) {
    Instant changed = Instant.parse(session.get("updatedAt").textValue());
    return Duration.between(changed, Instant.parse(session.get("expiresAt").textValue()))
        .toSeconds();
  }

  @Test
  void anAbsoluteSessionIsExtendedByTouchAloneAndEndsInTime() {
    Answer created =
        api.put("/v1/sessions/absolute", "{\"userId\":\"u\",\"ttlSeconds\":2,\"sliding\":false}")
            .expect(201);
    assertEquals(expiry(created), expiry(api.get("/v1/sessions/absolute").expect(200)));
    Answer patched = api.patch("/v1/sessions/absolute", "{\"data\":{\"a\":1}}").expect(200);
    assertEquals(expiry(created), expiry(patched));
    Answer touched = api.post("/v1/sessions/absolute/touch", "{}").expect(200);
    assertTrue(expiry(touched).isAfter(expiry(created)));
    assertEquals(patched.etag(), touched.etag());
    assertEquals(expiry(touched), expiry(api.get("/v1/sessions/absolute").expect(200)));
    Instant[] gone = awaitGone("/v1/sessions/absolute");
    long late = Duration.between(expiry(touched), gone[0]).toMillis();
    assertTrue(late < 100, () -> "gone " + late + " ms late");
    long early = Duration.between(gone[1], expiry(touched)).toMillis();
    assertTrue(early <= 0, () -> "gone " + early + " ms early");
  }

  @Test
  void aTouchWithAnotherTtlIsANewVersion() {
    Answer created = api.put("/v1/sessions/touch", "{\"userId\":\"u\"}").expect(201);
    Answer touched = api.post("/v1/sessions/touch/touch", "{\"ttlSeconds\":60}").expect(200);
    assertNotEquals(created.etag(), touched.etag());
    assertEquals(60, touched.json().get("ttlSeconds").intValue());
    api.post("/v1/sessions/touch/touch", "{\"ttlSeconds\":0}").expect(400);
    api.post("/v1/sessions/unknown/touch", "{}").expect(404);
  }

  @Test
  void aUsersSessionsAreListedNewestFirstPageByPage() {
    for (int i = 0; i < 5; i++) {
      api.put("/v1/sessions/list-" + i, "{\"userId\":\"lister\"}").expect(201);
    }
    List<String> ids = new ArrayList<>();
    String cursor = "";
    int pages = 0;
    do {
      JsonNode page = api.get("/v1/sessions?userId=lister&limit=2" + cursor).expect(200).json();
      page.get("items").forEach(session -> ids.add(session.get("id").textValue()));
      cursor = page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").textValue() : "";
      pages++;
    } while (!cursor.isEmpty());
    assertEquals(List.of("list-4", "list-3", "list-2", "list-1", "list-0"), ids);
    assertEquals(3, pages);
    api.get("/v1/sessions?userId=lister&cursor=forged").expect(400);
    api.get("/v1/sessions?userId=lister&limit=201").expect(400);
    api.get("/v1/sessions").expect(400);
  }

  @Test
  void aListMayLeaveTheDataOut() {
    api.put("/v1/sessions/thin", "{\"userId\":\"thin\",\"data\":{\"a\":1}}").expect(201);
    String list = "/v1/sessions?userId=thin";
    JsonNode whole = api.get("/v1/sessions/thin").expect(200).json();
    ((ObjectNode) whole).remove("expiresAt");
    for (String data : List.of("", "&data=true", "&data=false")) {
      ObjectNode item = (ObjectNode) api.get(list + data).expect(200).json().at("/items/0");
      item.remove("expiresAt");
      if (data.equals("&data=false")) {
        assertFalse(item.has("data"));
        item.set("data", whole.get("data"));
      }
      assertEquals(whole, item);
    }
    api.get(list + "&data=no").expect(400);
  }

  @Test
  void anIdMayBeNamedLikeACall() {
    String path = "/v1/sessions/batch-get";
    api.put(path, "{\"userId\":\"u\"}").expect(200, 201);
    api.get(path).expect(200);
    api.patch(path, "{}").expect(200);
    api.post(path + "/touch", "{}").expect(200);
    api.delete(path).expect(204);
  }

  @Test
  void aBatchAnswersThoseThatLiveInTheOrderAsked() {
    for (String id : List.of("batch-a", "batch-b")) {
      api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    }
    JsonNode items =
        api.post("/v1/sessions/batch-get", "{\"ids\":[\"batch-b\",\"nobody\",\"batch-a\"]}")
            .expect(200)
            .json()
            .get("items");
    assertEquals(
        List.of("batch-b", "batch-a"),
        items.findValues("id").stream().map(JsonNode::textValue).toList());
    api.post("/v1/sessions/batch-get", "{\"ids\":[]}").expect(400);
    String many =
        String.join(",", IntStream.range(0, 101).mapToObj(i -> "\"i" + i + "\"").toList());
    api.post("/v1/sessions/batch-get", "{\"ids\":[" + many + "]}").expect(400);
  }

  private interface Call {
    Answer send(int number);
  }

  private static List<Answer> atOnce(int count, Call call) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        sent.add(callers.submit(() -> call.send(number)));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> answer : sent) {
        answers.add(answer.get());
      }
      return answers;
    }
  }

  /** When the first request was sent that found it gone, and when it was answered. */
  private Instant[] awaitGone(String path) {
    Instant[] times = new Instant[2];
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              times[0] = Instant.now();
              int status = api.get(path).status();
              times[1] = Instant.now();
              return status == 404;
            });
    return times;
  }

  private static long version(Answer answer) {
    return answer.json().get("version").longValue();
  }

  private static Instant expiry(Answer answer) {
    return Instant.parse(answer.json().get("expiresAt").textValue());
  }
}
