package botbot.redis.connection;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before connecting again: twice as long each time, up to a bound, and less up to
 * half of it at random, so that not all come back at once. For one thread.
 */
final class Backoff {

  private static final int AGAIN_AND_AGAIN = 3;

  /** So many are beyond any bound; more would overflow. */
  private static final int MOST_DOUBLINGS = 16;

  private final long minMs;
  private final long maxMs;
  private int attempts;

  Backoff(Duration min, Duration max) {
    this.minMs = min.toMillis();
    this.maxMs = max.toMillis();
  }

  /** It is connected, or has reason to hope for it. */
  void reset() {
    attempts = 0;
  }

  /** Whether it has failed again and again since. */
  boolean isLong() {
    return attempts >= AGAIN_AND_AGAIN;
  }

  /** The wait before the next attempt, in milliseconds. */
  long nextMs() {
    long wait = Math.min(maxMs, minMs << Math.min(attempts++, MOST_DOUBLINGS));
    return Math.max(1, wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
  }
}
