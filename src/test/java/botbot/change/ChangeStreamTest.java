package botbot.change;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.space.Space;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import botbot.testing.EventStream.Event;
import botbot.testing.Frozen;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ChangeStreamTest {

  private static final Space SPACE = new Space(Api.SPACE.orElse("default"));

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Inject Changes changes;
  @Inject ChangeTable table;
  @Inject ChangeFeed feed;

  private final Api api = Api.ofThisTest();

  /** Those of earlier tests leave when the server notices. */
  @BeforeEach
  void nobodyListens() {
    await().atMost(Duration.ofSeconds(5)).until(() -> feed.size() == 0);
    // a PostgreSQL that a test has restarted is recognised when something is to be written
    api.put("/v1/sessions/any", "{\"userId\":\"any\"}").expect(200, 201);
    String epoch = Backends.postgres().query("select max(epoch) from cache_epoch").orElseThrow();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> api.get("/v1/status").json().at("/redis/epoch").asText().equals(epoch));
  }

  @Test
  void aListenerIsToldWithinASecond() {
    try (EventStream stream = EventStream.open(api, "/v1/changes")) {
      change(ChangeKind.RATE_POLICY, "chat", 7, true);
      Event event = stream.await(1, SECOND).getFirst();
      assertEquals("rate-policy", event.name());
      assertEquals(
          "{\"kind\":\"rate-policy\",\"key\":\"chat\",\"version\":7,\"deleted\":true}",
          event.data());
      assertEquals("" + latest(), event.id());
    }
  }

  @Test
  void theStreamIsNeitherStoredNorBuffered() {
    try (EventStream stream = EventStream.open(api, "/v1/changes")) {
      assertTrue(stream.header("Content-Type").startsWith("text/event-stream"));
      assertEquals("no-store", stream.header("Cache-Control"));
    }
  }

  @Test
  void aThousandMissedChangesAreReplayedInOrderOnceEach() {
    change(ChangeKind.SETTING, "before", 1, false);
    long since = latest();
    IntStream.rangeClosed(1, 1000).forEach(n -> change(ChangeKind.SETTING, "key", n, false));
    List<String> expected =
        LongStream.rangeClosed(1, 1000)
            .mapToObj(n -> new Change(0, Space.DEFAULT, ChangeKind.SETTING, "key", n, false))
            .map(ChangeStreamTest::data)
            .toList();
    try (EventStream byQuery = EventStream.open(api, "/v1/changes?since=" + since);
        EventStream byHeader =
            EventStream.open(api, "/v1/changes?since=0", "Last-Event-ID", "" + since)) {
      List<Event> events = byQuery.await(1000, Duration.ofSeconds(10));
      assertEquals(expected, events.stream().map(Event::data).toList());
      assertEquals(events, byHeader.await(1000, Duration.ofSeconds(10)));
    }
  }

  @Test
  void changesMadeWhileManyWriteAtOnceAreToldInOrderOnceEach() {
    try (EventStream stream = EventStream.open(api, "/v1/changes")) {
      long before = latest();
      IntStream.range(0, 200)
          .parallel()
          .forEach(n -> change(ChangeKind.AGENT, "agent" + n, 1, false));
      List<Event> events = stream.await(200, Duration.ofSeconds(10));
      List<Long> ids = events.stream().map(event -> Long.parseLong(event.id())).toList();
      assertEquals(ids.stream().sorted().toList(), ids);
      assertEquals(200, events.stream().map(Event::data).distinct().count());
      assertTrue(ids.getFirst() > before);
    }
  }

  @Test
  void aStreamOutlivesAnAbsentPostgres() {
    try (EventStream stream = EventStream.open(api, "/v1/changes")) {
      change(ChangeKind.SETTING, "first", 1, false);
      stream.await(1, SECOND);
      Backends.postgres().kill();
      Backends.postgres().start();
      await().ignoreExceptions().until(() -> latest() > 0);
      change(ChangeKind.SETTING, "second", 1, false);
      assertTrue(stream.await(2, Duration.ofSeconds(5)).getLast().data().contains("second"));
      assertFalse(stream.ended());
    }
  }

  @Test
  void aFrozenRedisDoesNotHoldTheStream() {
    try (EventStream stream = EventStream.open(api, "/v1/changes");
        Frozen frozen = Backends.redis().freeze()) {
      change(ChangeKind.SETTING, "meanwhile", 1, false);
      stream.await(1, SECOND);
    }
  }

  @Test
  void aListenerThatLeavesIsForgotten() {
    List<EventStream> streams = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      streams.add(EventStream.open(api, "/v1/changes"));
    }
    assertEquals(20, feed.size());
    streams.forEach(EventStream::close);
    await().atMost(Duration.ofSeconds(5)).until(() -> feed.size() == 0);
  }

  @Test
  void whoAsksForTheHeadersAloneDoesNotListen() {
    api.send("HEAD", "/v1/changes", Api.NO_BODY).expect(200);
    assertEquals(0, feed.size());
  }

  @Test
  void whatIsNoRevisionIsRefused() {
    for (String since : List.of("x", "-1", "1.5", "99999999999999999999")) {
      Answer answer = api.get("/v1/changes?since=" + since).expect(400);
      assertEquals("since", answer.json().at("/violations/0/field").asText());
    }
  }

  @Test
  void aRevisionThatIsYetToComeIsGone() {
    Answer answer = api.get("/v1/changes?since=" + Long.MAX_VALUE).expect(410);
    assertTrue(answer.header("Content-Type").startsWith("application/problem+json"));
  }

  @Test
  void aRevisionThatThisDatabaseHasNotGivenIsGone() {
    change(ChangeKind.SETTING, "lost", 1, false);
    long lost = latest();
    // as after a restore: the change is not there, and others have come since
    Backends.postgres().query("delete from change where revision = " + lost);
    change(ChangeKind.SETTING, "anew", 1, false);
    assertTrue(latest() > lost);
    api.get("/v1/changes?since=" + lost).expect(410);
    api.get("/v1/changes", "Last-Event-ID", "" + lost).expect(410);
  }

  @Test
  void aRestoredDatabaseGivesNoRevisionAgain() {
    change(ChangeKind.SETTING, "lost", 1, false);
    long lost = latest();
    Backends.postgres().query("delete from change where revision = " + lost);
    Backends.postgres().query("select setval('change_revision', 1)");
    for (int i = 0; i < 10; i++) {
      change(ChangeKind.SETTING, "anew", i, false);
    }
    api.get("/v1/changes?since=" + lost).expect(410);
  }

  @Test
  void aStreamOpensAtOnceWhilePostgresIsAway() {
    change(ChangeKind.SETTING, "before", 1, false);
    long known = latest();
    change(ChangeKind.SETTING, "missed", 1, false);
    Backends.postgres().kill();
    try (EventStream anew = EventStream.open(api, "/v1/changes");
        EventStream back = EventStream.open(api, "/v1/changes", "Last-Event-ID", "" + known);
        EventStream lost = EventStream.open(api, "/v1/changes?since=" + Long.MAX_VALUE)) {
      Backends.postgres().start();
      await().ignoreExceptions().until(() -> latest() > 0);
      change(ChangeKind.SETTING, "after", 1, false);
      Duration soon = Duration.ofSeconds(10);
      assertTrue(anew.await(1, soon).getFirst().data().contains("after"), anew.events().toString());
      assertTrue(back.await(2, soon).getFirst().data().contains("missed"));
      await().atMost(soon).until(lost::ended);
      assertEquals(List.of(), lost.events());
    } finally {
      Backends.postgres().kill();
      Backends.postgres().start();
    }
  }

  @Test
  void aStreamOpensAtOnceWhilePostgresIsFrozen() {
    try (Frozen frozen = Backends.postgres().freeze()) {
      long begin = System.nanoTime();
      EventStream.open(api, "/v1/changes?since=0").close();
      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(3).toNanos());
    }
  }

  @Test
  void aCallerWithoutAKeyIsRefused() {
    api.withKey("").get("/v1/changes").expect(401);
  }

  private void change(ChangeKind kind, String key, long version, boolean deleted) {
    QuarkusTransaction.requiringNew().run(() -> changes.record(SPACE, kind, key, version, deleted));
  }

  private long latest() {
    try {
      return table.latest();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String data(Change change) {
    return String.format(
        "{\"kind\":\"%s\",\"key\":\"%s\",\"version\":%d,\"deleted\":%s}",
        change.kind(), change.key(), change.version(), change.deleted());
  }
}
