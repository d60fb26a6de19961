package botbot.ratelimit.counter;

import java.util.OptionalLong;

/** What one counter says at one instant, in units of cost and in milliseconds from that instant. */
public sealed interface Reading permits WindowReading, LogReading {

  /** A wait that never ends: the cost is above the limit. */
  long NEVER = Long.MAX_VALUE;

  /** The limit it is held against. */
  Limit limit();

  /** The highest cost that would be admitted now. */
  long remaining();

  /** Until nothing is counted any more, if nothing is charged. */
  long resetMs();

  /**
   * Until {@code cost} would be admitted, if nothing else is charged; {@link #NEVER} if it cannot
   * be. To be asked for a cost above {@link #remaining()} alone.
   */
  long retryMs(long cost);

  /** Whether {@link #retryMs} can be answered for a cost. */
  boolean knows(long cost);

  /** What the counter says so many milliseconds later, nothing having been charged. */
  Reading later(long ms);

  /** For how long {@link #later} can tell. */
  long readableForMs();

  /** Until one unit more is left; empty when nothing is counted. */
  default OptionalLong nextUnitMs() {
    long remaining = remaining();
    return remaining == limit().count()
        ? OptionalLong.empty()
        : OptionalLong.of(retryMs(remaining + 1));
  }

  /** Whether {@code cost} would be admitted now. */
  default boolean admits(long cost) {
    return cost <= remaining();
  }
}
