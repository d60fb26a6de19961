package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.cache.WriteGroup.Outcome;
import botbot.http.problem.Unavailable;
import botbot.space.Key;
import botbot.space.Space;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.Pause;
import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes that are stored together: of one key, and of keys that somebody else holds. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class WriteGroupTest {

  private final Api api = Api.ofThisTest();
  private final String id = UUID.randomUUID().toString();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @Inject AgroalDataSource database;
  @Inject WriteThrough through;
  @Inject CacheTypes types;

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  private static String body(String user, int step) {
    return "{\"userId\": \"%s\", \"data\": {\"step\": %d}}".formatted(user, step);
  }

  private <T> CompletableFuture<T> later(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, callers);
  }

  private List<Answer> allAtOnce(int count, IntFunction<Answer> request) {
    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, count).mapToObj(i -> later(() -> request.apply(i))).toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static Map<Integer, Long> byStatus(List<Answer> answers) {
    return answers.stream().collect(Collectors.groupingBy(Answer::status, Collectors.counting()));
  }

  /** A transaction elsewhere that has done this, and is not over until it is closed. */
  private static Connection holding(String sql) throws SQLException {
    Connection connection =
        DriverManager.getConnection(Backends.postgres().jdbcUrl(), "postgres", "");
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  /** Others are stored while this waits for what is held, and it is stored afterwards. */
  private void isAloneInWaiting(String held, String user) throws SQLException {
    CompletableFuture<Answer> waits;
    try (Connection holder = holding(held)) {
      waits = later(() -> api.put("/v1/sessions/" + id, body(user, 2)));
      for (int round = 0; round < 5; round++) {
        int step = round;
        allAtOnce(20, i -> api.put("/v1/sessions/" + id + "-" + i, body("others", step)))
            .forEach(answer -> answer.expect(200, 201));
      }
      assertFalse(waits.isDone());
      holder.rollback();
    }
    waits.join().expect(200, 201);
    assertEquals(2, api.get("/v1/sessions/" + id).json().get("data").get("step").asInt());
  }

  @Test
  void ofOneIdEachHasItsVersionAndTheLastOneStands() {
    String path = "/v1/sessions/" + id;
    List<Answer> answers = allAtOnce(60, i -> api.put(path, body("ada", i)));
    assertEquals(Map.of(200, 59L, 201, 1L), byStatus(answers));
    Map<Long, Integer> steps =
        answers.stream()
            .collect(
                Collectors.toMap(
                    answer -> answer.json().get("version").asLong(),
                    answer -> answer.json().get("data").get("step").asInt()));
    long last = new TreeSet<>(steps.keySet()).last();
    Answer read = api.get(path).expect(200);
    assertEquals(last, read.json().get("version").asLong());
    assertEquals(steps.get(last), read.json().get("data").get("step").asInt());
    assertEquals(
        1,
        answers.stream().map(answer -> answer.json().get("createdAt").asText()).distinct().count());
    Awaitility.await()
        .until(
            () ->
                Backends.postgres()
                    .query("select count(*) from outbox_entry where key = '" + id + "'")
                    .orElseThrow()
                    .equals("0"));
  }

  @Test
  void anIdIsCreatedOnce() {
    List<Answer> answers =
        allAtOnce(
            40,
            i ->
                api.post(
                    "/v1/sessions", "{\"id\": \"%s\", \"userId\": \"user-%d\"}".formatted(id, i)));
    assertEquals(Map.of(201, 1L, 409, 39L), byStatus(answers));
    String winner =
        answers.stream()
            .filter(answer -> answer.status() == 201)
            .map(answer -> answer.json().get("userId").asText())
            .findFirst()
            .orElseThrow();
    assertEquals(winner, api.get("/v1/sessions/" + id).json().get("userId").asText());
  }

  @Test
  void preferencesOfOneUserAreCreatedOnce() {
    String path = "/v1/users/" + id + "/preferences";
    List<Answer> answers =
        allAtOnce(40, i -> api.put(path, "{\"preferences\": {\"step\": %d}}".formatted(i)));
    assertEquals(Map.of(200, 39L, 201, 1L), byStatus(answers));
    Answer last =
        answers.stream().max((a, b) -> Long.compare(version(a), version(b))).orElseThrow();
    assertEquals(last.body(), api.get(path).expect(200).body());
  }

  private static long version(Answer answer) {
    return answer.json().get("version").asLong();
  }

  @Test
  void aKeyThatIsHeldIsWaitedForByNoOther() throws SQLException {
    isAloneInWaiting("select begin_write('default', 'sessions', '%s', 'ada')".formatted(id), "ada");
  }

  @Test
  void aRowThatIsHeldIsWaitedForByNoOther() throws SQLException {
    api.put("/v1/sessions/" + id, body("ada", 1)).expect(201);
    isAloneInWaiting("select from session where id = '%s' for update".formatted(id), "ada");
  }

  @Test
  void anOwnerWhoIsBeingErasedIsWaitedForByNoOther() throws SQLException {
    String erased = "erased-" + id;
    isAloneInWaiting("select begin_deletion('default', '%s')".formatted(erased), erased);
  }

  @Test
  void theOwnerBeforeIsWaitedForByNoOtherEither() throws SQLException {
    String erased = "erased-" + id;
    api.put("/v1/sessions/" + id, body(erased, 1)).expect(201);
    isAloneInWaiting("select begin_deletion('default', '%s')".formatted(erased), "ada");
  }

  @RegisterForReflection
  record Text(String text, long version) implements Versioned {}

  private WriteGroup<Text> preferences(Duration wait) {
    return new WriteGroup<>(
        database,
        through,
        wait,
        types.of("preferences", Text.class),
        "put_preferences_of",
        "text",
        "text",
        "text");
  }

  private Outcome<Text> store(WriteGroup<Text> group, Key key, String text) {
    return through.call(
        new WriteThrough.Slot(),
        () ->
            group.store(
                key,
                (write, row) ->
                    new Written<>(new Text(text, write.version()), row.getBoolean("created")),
                key.space().name(),
                key.id(),
                text));
  }

  @Test
  void whoseTurnDoesNotComeInTimeIsRefusedAndNothingIsStored() throws Exception {
    WriteGroup<Text> group = preferences(Duration.ofMillis(200));
    List<CompletableFuture<Outcome<Text>>> underWay = new ArrayList<>();
    CompletableFuture<Outcome<Text>> late;
    // as the beginning of an epoch does, which every write waits for
    try (Connection holder = holding("select pg_advisory_xact_lock(x'426f7442'::int, 0)")) {
      for (int i = 0; i < 2; i++) {
        Key key = Space.DEFAULT.key(id + i);
        underWay.add(later(() -> store(group, key, "{}")));
        Awaitility.await().until(() -> waiting() > underWay.size() - 1);
      }
      late = later(() -> store(group, Space.DEFAULT.key(id + "-late"), "{}"));
      Pause.millis(300);
      holder.rollback();
    }
    for (CompletableFuture<Outcome<Text>> one : underWay) {
      assertTrue(one.get(10, TimeUnit.SECONDS).stored().isPresent());
    }
    Throwable refusal =
        assertThrows(ExecutionException.class, () -> late.get(10, TimeUnit.SECONDS));
    assertInstanceOf(Unavailable.class, refusal.getCause());
    assertEquals(404, api.get("/v1/users/" + id + "-late/preferences").status());
  }

  private static int waiting() {
    return Integer.parseInt(
        Backends.postgres()
            .query("select count(*) from pg_locks where locktype = 'advisory' and not granted")
            .orElseThrow());
  }

  /** PostgreSQL takes no NUL; callers are refused it before. */
  @Test
  void whatPostgresqlRefusesIsTriedAloneAndSpoilsNoOther() {
    WriteGroup<Text> group = preferences(Duration.ofSeconds(10));
    List<CompletableFuture<Outcome<Text>>> good = new ArrayList<>();
    List<CompletableFuture<Outcome<Text>>> bad = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Key key = Space.DEFAULT.key(id + i);
      String text = i % 4 == 0 ? "\"\0\"" : "{}";
      (i % 4 == 0 ? bad : good).add(later(() -> store(group, key, text)));
    }
    bad.forEach(one -> assertTrue(one.join().busy()));
    good.forEach(one -> assertTrue(one.join().busy() || one.join().stored().isPresent()));
  }
}
