package botbot.operations.alert;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The alerts of an instance that cannot reach the board: it tells by itself what the board has not
 * been told of, and keeps in memory what the webhook did not take.
 */
final class LonelyAlerts {

  private static final int LONGEST_QUEUE = 100;

  private final String instance;
  private final Set<String> told = new HashSet<>();
  private final Deque<AlertMessage> waiting = new ArrayDeque<>();

  LonelyAlerts(String instance) {
    this.instance = instance;
  }

  boolean isEmpty() {
    return told.isEmpty() && waiting.isEmpty();
  }

  /** What was told without the board and is not over. */
  Set<String> told() {
    return told;
  }

  /** The board knows now. */
  void handedOver() {
    told.clear();
  }

  /** What there is to tell, given what is on and what the board was told before it was lost. */
  List<AlertMessage> changes(Map<String, String> on, Set<String> onBoard) {
    List<AlertMessage> changes = new ArrayList<>();
    on.forEach(
        (name, cause) -> {
          if (!onBoard.contains(name) && told.add(name)) {
            changes.add(new AlertMessage(name, true, cause, instance, Instant.now()));
          }
        });
    for (String name : List.copyOf(told)) {
      if (!on.containsKey(name)) {
        told.remove(name);
        changes.add(new AlertMessage(name, false, "over", instance, Instant.now()));
      }
    }
    waiting.addAll(changes);
    while (waiting.size() > LONGEST_QUEUE) {
      waiting.removeFirst();
    }
    return changes;
  }

  /** Hands over what waits, in order, until one is not taken. */
  void tell(Predicate<AlertMessage> webhook) {
    while (!waiting.isEmpty() && webhook.test(waiting.getFirst())) {
      waiting.removeFirst();
    }
  }
}
