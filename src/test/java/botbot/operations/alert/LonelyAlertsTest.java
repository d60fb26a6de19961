package botbot.operations.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LonelyAlertsTest {

  private final LonelyAlerts lonely = new LonelyAlerts("a");
  private final List<String> taken = new ArrayList<>();

  @Test
  void whatBeganAndEndedWhileTheBoardWasAwayIsToldFromItsBeginningToItsEnd() {
    lonely.changes(Map.of("degraded", "why"), Set.of());
    lonely.changes(Map.of("degraded", "why"), Set.of());
    lonely.tell(message -> false);
    lonely.changes(Map.of(), Set.of());
    lonely.tell(this::take);
    assertEquals(List.of("degraded firing", "degraded resolved"), taken);
    assertTrue(lonely.isEmpty());
  }

  @Test
  void whatTheBoardWasToldOfIsLeftToIt() {
    lonely.changes(Map.of("outbox", "why"), Set.of("outbox"));
    lonely.tell(this::take);
    assertEquals(List.of(), taken);
  }

  private boolean take(AlertMessage message) {
    return taken.add(message.name() + " " + message.state());
  }
}
