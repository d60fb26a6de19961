package botbot.testing;

import java.time.Duration;
import org.awaitility.Awaitility;

/** Lets time go by, for what takes its time: a fault that lasts, traffic that goes on. */
public final class Pause {

  private Pause() {}

  /** Returns after so many milliseconds. */
  public static void millis(int millis) {
    long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofMinutes(2))
        .until(() -> System.nanoTime() - end >= 0);
  }
}
