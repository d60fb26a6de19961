package botbot.ratelimit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time of Redis, as this machine's monotonic clock carries it on between answers. Redis told
 * its time after it was asked and before it was heard: each answer so gives bounds of the
 * difference, and an answer that was read late moves nothing. The wall clock of this machine serves
 * only until Redis has answered once.
 */
@Singleton
final class RedisClock {

  /** Earlier than any time of a Redis: what may run until then runs nowhere. */
  private static final long NEVER = 0;

  /** How much Redis is ahead of {@link #monotonic}, and whether Redis said so itself. */
  private record Difference(long ms, boolean heard) {}

  private final LongSupplier nanos;
  private volatile Difference difference;

  @Inject
  RedisClock() {
    this(System::nanoTime, System.currentTimeMillis());
  }

  RedisClock(LongSupplier nanos, long wallMs) {
    this.nanos = nanos;
    this.difference = new Difference(wallMs - monotonic(), false);
  }

  /** Milliseconds of this machine's own, which count from anywhere. */
  long monotonic() {
    return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
  }

  /** Redis, asked at {@code askedAt} of {@link #monotonic}, said that it was {@code ms}. */
  void heard(long ms, long askedAt) {
    long least = ms - monotonic();
    long most = Math.max(least, ms - askedAt + 1);
    Difference last = difference;
    if (!last.heard()) {
      // rather too late than too early: what may still run is not to be refused
      difference = new Difference(most, true);
    } else if (last.ms() < least || last.ms() > most) {
      difference = new Difference(Math.clamp(last.ms(), least, most), true);
    }
  }

  /** Milliseconds since the epoch. */
  long now() {
    return monotonic() + difference.ms();
  }

  /**
   * The time so many milliseconds from now; before Redis was heard, one that is over, so that its
   * first answer does nothing but tell the time.
   */
  long in(long ms) {
    return difference.heard() ? now() + ms : NEVER;
  }
}
