package botbot.change;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class RevokedListenerTest {

  private static final Duration SOON = Duration.ofMillis(1500);

  @Inject ChangeFeed feed;

  private final Api admin = Api.ofThisTest();
  private final String name = "listener-" + UUID.randomUUID();

  @Test
  void aStreamEndsWhenItsKeyIsRevokedHere() {
    try (EventStream revoked = open(admin.newKey(name, "frontend"));
        EventStream other = EventStream.open(admin, "/v1/changes")) {
      admin.delete("/v1/clients/" + name).expect(204);
      await().atMost(SOON).until(revoked::ended);
      assertFalse(other.ended());
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> feed.size() == 0);
  }

  @Test
  void aStreamEndsWhenItsKeyIsRevokedElsewhere() {
    try (EventStream revoked = open(admin.newKey(name, "frontend"))) {
      Backends.postgres().query("delete from client where name = '" + name + "'");
      await().atMost(SOON).until(revoked::ended);
    }
  }

  @Test
  void aStreamGoesOnUntilTheGraceOfAReplacedKeyIsOver() {
    try (EventStream replaced = open(admin.newKey(name, "frontend"))) {
      admin.post("/v1/clients/" + name + "/rotate", "{\"graceSeconds\":2}").expect(200);
      await()
          .during(Duration.ofMillis(1000))
          .atMost(Duration.ofMillis(1500))
          .until(() -> !replaced.ended());
      await().atMost(Duration.ofSeconds(3)).until(replaced::ended);
    }
  }

  private EventStream open(String key) {
    return EventStream.open(admin, "/v1/changes", "Authorization", "Bearer " + key);
  }
}
