package botbot.ratelimit;

import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time of Redis as last heard, carried on by this machine's monotonic clock. The wall clock of
 * this machine serves only until Redis has answered once.
 */
@Singleton
final class RedisClock {

  /** Earlier than any time of a Redis: what may run until then runs nowhere. */
  private static final long UNKNOWN = 0;

  private record Reference(long ms, long nanos, boolean heard) {}

  private final LongSupplier nanos;
  private volatile Reference reference;

  RedisClock() {
    this(System::nanoTime, System.currentTimeMillis());
  }

  RedisClock(LongSupplier nanos, long wallMs) {
    this.nanos = nanos;
    this.reference = new Reference(wallMs, nanos.getAsLong(), false);
  }

  /** Redis said that it is {@code ms}. */
  void heard(long ms) {
    reference = new Reference(ms, nanos.getAsLong(), true);
  }

  /** Milliseconds since the epoch. */
  long now() {
    Reference last = reference;
    return last.ms() + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - last.nanos());
  }

  /**
   * The time so many milliseconds from now; before Redis was heard, one that is over, so that its
   * first answer does nothing but tell the time.
   */
  long in(long ms) {
    return reference.heard() ? now() + ms : UNKNOWN;
  }
}
