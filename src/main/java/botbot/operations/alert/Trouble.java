package botbot.operations.alert;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Something wrong as one instance sees it. It is over when it has not been seen for a while. */
final class Trouble {

  private final InstantSource clock;
  private final long quietMs;
  private long beganMs;
  private long lastSeenMs;
  private @Nullable String cause;

  Trouble(InstantSource clock, Duration quiet) {
    this.clock = clock;
    this.quietMs = quiet.toMillis();
  }

  /** It is there now, and this is why. */
  synchronized void seen(String why) {
    long now = clock.millis();
    if (cause() == null) {
      beganMs = now;
    }
    lastSeenMs = now;
    cause = why;
  }

  /** Why, while it is on; else null. */
  synchronized @Nullable String cause() {
    if (cause != null && clock.millis() - lastSeenMs >= quietMs) {
      cause = null;
    }
    return cause;
  }

  /** Since when, while it is on. */
  synchronized Instant began() {
    return Instant.ofEpochMilli(beganMs);
  }

  /** As if it had never been. */
  synchronized void forget() {
    cause = null;
  }
}
