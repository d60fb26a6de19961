package botbot.cache.freshness;

import java.time.Duration;

/**
 * How long a question to PostgreSQL takes, and so how long to wait for its answer before PostgreSQL
 * counts as away: the smoothed time and four times its deviation, as TCP has it (RFC 6298).
 *
 * @param smoothedNanos the time, each further one counting for an eighth
 * @param deviationNanos how far times were from it, each further one counting for a quarter
 */
record RoundTrip(long smoothedNanos, long deviationNanos) {

  private static final Duration LEAST = Duration.ofMillis(200);

  /** Longer, and what the last look vouches for could end before the next is given up. */
  private static final Duration MOST = Duration.ofMillis(500);

  /** Nothing was measured yet. */
  static final RoundTrip UNKNOWN = new RoundTrip(0, 0);

  RoundTrip and(Duration measured) {
    long nanos = measured.toNanos();
    if (this.equals(UNKNOWN)) {
      return new RoundTrip(nanos, nanos / 2);
    }
    long error = Math.abs(nanos - smoothedNanos);
    return new RoundTrip(
        smoothedNanos + (nanos - smoothedNanos) / 8, deviationNanos + (error - deviationNanos) / 4);
  }

  /** The time without what deviates from it. */
  Duration smoothed() {
    return Duration.ofNanos(smoothedNanos);
  }

  /** How long an answer is waited for. */
  Duration patience() {
    Duration wanted = Duration.ofNanos(smoothedNanos + 4 * deviationNanos);
    if (wanted.compareTo(LEAST) < 0) {
      return LEAST;
    }
    return wanted.compareTo(MOST) < 0 ? wanted : MOST;
  }
}
