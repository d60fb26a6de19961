package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class PolicyChangesTest {

  private static final String PATH = "/v1/rate-policies/streamed";

  private final Api api = Api.ofThisTest();

  @Test
  void everyChangeOfAPolicyIsAnEvent() {
    try (EventStream stream = EventStream.open(api, "/v1/changes")) {
      String policy = "{\"tier\":\"*\",\"endpoint\":\"streamed\",\"limit\":5,\"windowMs\":1000}";
      long version = api.put(PATH, policy).expect(201).json().get("version").asLong();
      api.put(PATH, "{}").expect(400);
      api.delete(PATH).expect(204);
      List<EventStream.Event> events = stream.await(2, Duration.ofSeconds(2));
      assertEquals("rate-policy", events.getFirst().name());
      assertEquals(
          "{\"kind\":\"rate-policy\",\"key\":\"streamed\",\"version\":%d,\"deleted\":false}"
              .formatted(version),
          events.getFirst().data());
      assertEquals(
          "{\"kind\":\"rate-policy\",\"key\":\"streamed\",\"version\":%d,\"deleted\":true}"
              .formatted(version + 1),
          events.getLast().data());
    }
  }
}
