package botbot.operations.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AlertMessageTest {

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  @Test
  void anyCauseMakesValidJson() throws JsonProcessingException {
    String cause = "\"quoted\" \\ {name}\n\u0001";
    AlertMessage message = new AlertMessage("degraded", true, cause, "pod-1", NOON);
    JsonNode json =
        new ObjectMapper().readTree(message.json("{\"state\":\"{state}\",\"cause\":\"{cause}\"}"));
    assertEquals("firing", json.get("state").asText());
    assertEquals(cause, json.get("cause").asText());
  }

  @Test
  void aTroubleIsOverWhenItWasNotSeenForAWhile() {
    AtomicReference<Instant> now = new AtomicReference<>(NOON);
    Trouble trouble = new Trouble(now::get, Duration.ofSeconds(10));
    assertNull(trouble.cause());
    trouble.seen("first");
    now.set(NOON.plusSeconds(9));
    trouble.seen("second");
    now.set(NOON.plusSeconds(18));
    assertEquals("second", trouble.cause());
    now.set(NOON.plusSeconds(19));
    assertNull(trouble.cause());
  }

  @Test
  void aloneAnInstanceTellsWhatTheBoardWasNotTold() {
    LonelyAlerts lonely = new LonelyAlerts("pod-1");
    assertEquals(0, lonely.changes(Map.of("outbox", "x"), Set.of("outbox")).size());
    assertEquals(1, lonely.changes(Map.of("degraded", "x"), Set.of()).size());
    assertEquals(0, lonely.changes(Map.of("degraded", "x"), Set.of()).size());
    assertEquals(Set.of("degraded"), lonely.told());
    assertEquals("resolved", lonely.changes(Map.of(), Set.of()).getFirst().state());
  }
}
