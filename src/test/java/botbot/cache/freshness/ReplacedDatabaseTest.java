package botbot.cache.freshness;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A restored PostgreSQL holds older versions than those that were read of it before. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ReplacedDatabaseTest {

  @Inject DatabaseWatch watch;

  private final Api api = Api.ofThisTest();

  @AfterEach
  void letTheWatchKnowThisOneAgain() {
    watch.seen(Long.parseLong(query("select first_revision from current_life()")));
  }

  @Test
  void whatMemoryHoldsOfAnotherDatabaseIsForgotten() {
    restore();
    Backends.redis().command("FLUSHALL");
    watch.seen(Long.MAX_VALUE);
    awaitRestored();
  }

  @Test
  void aNewEpochStartsEmptyInMemoryToo() {
    restore();
    api.post("/v1/status/new-epoch", "").expect(204);
    awaitRestored();
  }

  /** A dump that is read back does not change the identity of PostgreSQL. */
  private void restore() {
    api.put("/v1/settings/restored", "{\"value\":\"lost\"}").expect(200, 201);
    query(
        "update document set content = '\"kept\"', version = 1 where key = 'restored'"
            + " returning key");
  }

  private void awaitRestored() {
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertEquals(
                    "kept", api.get("/v1/settings/restored").json().path("value").asText()));
  }

  @Test
  void listenersComeBackToAskWhetherTheirRevisionIsStillKnown() {
    try (EventStream stream = EventStream.open(api, "/v1/changes")) {
      watch.seen(Long.MAX_VALUE);
      await().atMost(Duration.ofSeconds(2)).until(stream::ended);
    }
  }

  private static String query(String sql) {
    return Backends.postgres().query(sql).orElseThrow();
  }
}
