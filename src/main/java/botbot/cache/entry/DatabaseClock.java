package botbot.cache.entry;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/**
 * PostgreSQL's clock, which decides what has expired, as this instance knows it: its own clock plus
 * an offset measured at every look.
 */
@Singleton
public class DatabaseClock {

  /** Of answers that come this soon no time need be taken off for their way. */
  private static final long NEAR_MS = 50;

  private volatile long offsetMs;

  /** The time in milliseconds since the epoch. */
  public long millis() {
    return System.currentTimeMillis() + offsetMs;
  }

  /** The time. */
  public Instant now() {
    return Instant.ofEpochMilli(millis());
  }

  /**
   * PostgreSQL read {@code database} between the two instants of this instance's clock; what took
   * much longer than is usual tells little.
   */
  public void measured(long beforeMs, Instant database, long afterMs, Duration usual) {
    long took = afterMs - beforeMs;
    if (took <= NEAR_MS) {
      // behind by the way back rather than ahead: nothing may end early
      offsetMs = database.toEpochMilli() - afterMs;
    } else if (took <= usual.toMillis() + NEAR_MS) {
      offsetMs = database.toEpochMilli() + took / 2 - afterMs;
    }
  }
}
