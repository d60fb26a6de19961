package botbot.cache;

import jakarta.inject.Singleton;
import java.time.Instant;

/**
 * PostgreSQL's clock, which decides what has expired, as this instance knows it: its own clock plus
 * an offset measured at every look.
 */
@Singleton
public class DatabaseClock {

  private static final long PLAUSIBLE_ROUND_TRIP_MS = 50;

  private volatile long offsetMs;

  /** The time in milliseconds since the epoch. */
  public long millis() {
    return System.currentTimeMillis() + offsetMs;
  }

  /** The time. */
  public Instant now() {
    return Instant.ofEpochMilli(millis());
  }

  /** PostgreSQL read {@code database} between the two instants of this instance's clock. */
  void measured(long beforeMs, Instant database, long afterMs) {
    if (afterMs - beforeMs <= PLAUSIBLE_ROUND_TRIP_MS) {
      // behind by the way back rather than ahead: nothing may end early
      offsetMs = database.toEpochMilli() - afterMs;
    }
  }
}
