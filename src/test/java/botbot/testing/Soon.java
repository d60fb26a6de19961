package botbot.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits for what comes about within half a minute, whatever goes wrong until then. */
public final class Soon {

  private Soon() {}

  /** Asks every 50 ms, the first time at once. */
  public static ConditionFactory soon() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions();
  }
}
