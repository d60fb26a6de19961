package botbot.ratelimit.batch;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time of Redis, as this machine's monotonic clock carries it on between answers. Redis told
 * its time after it was asked and before it was heard, so each answer bounds the difference, and
 * one that was read late sets nothing back. Goes by the lower bound, for what could be counted
 * elsewhere must not run late; but where little is known, not far below the upper one, for what may
 * still run is not to be refused. The wall clock of this machine serves only until Redis has
 * answered once.
 */
@Singleton
public final class RedisClock {

  /** Earlier than any time of a Redis: what may run until then runs nowhere. */
  private static final long NEVER = 0;

  /** How far below the upper bound this clock may be. */
  private static final long SLACK_MS = 20;

  /** By how much Redis is ahead of {@link #monotonic}, and whether Redis said so itself. */
  private record Difference(long least, long most, boolean heard) {

    long ms() {
      return Math.max(least, most - SLACK_MS);
    }

    Difference and(Difference other) {
      long from = Math.max(least, other.least);
      long to = Math.min(most, other.most);
      // contradictory: the clock was set, or has drifted
      return heard && from <= to ? new Difference(from, to, true) : other;
    }
  }

  private final LongSupplier nanos;
  private volatile Difference difference;

  @Inject
  RedisClock() {
    this(System::nanoTime, System.currentTimeMillis());
  }

  RedisClock(LongSupplier nanos, long wallMs) {
    this.nanos = nanos;
    long ahead = wallMs - monotonic();
    this.difference = new Difference(ahead, ahead, false);
  }

  /** Milliseconds of this machine's own, which count from anywhere. */
  long monotonic() {
    return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
  }

  /** Redis, asked at {@code askedAt} of {@link #monotonic}, said that it was {@code ms}. */
  void heard(long ms, long askedAt) {
    difference = difference.and(new Difference(ms - monotonic(), ms - askedAt + 1, true));
  }

  /** Milliseconds since the epoch. */
  public long now() {
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
