package botbot.ratelimit.counter;

/**
 * At most {@code count} units in {@code windowMs} milliseconds. The arithmetic of the counters is
 * done in {@link #unitMs() units of time} in which their product stays below 2^53, so that it is
 * exact in the doubles of Lua too. What is rounded to a unit is rounded against the caller: never
 * more is admitted than in milliseconds.
 */
public record Limit(long count, long windowMs) {

  public static final long MAX_COUNT = 1_000_000_000;
  public static final long MIN_WINDOW_MS = 100;
  public static final long MAX_WINDOW_MS = 2_678_400_000L;

  private static final long PRODUCT_BOUND = 1L << 53;

  public Limit {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException("count " + count);
    }
    if (windowMs < MIN_WINDOW_MS || windowMs > MAX_WINDOW_MS) {
      throw new IllegalArgumentException("window " + windowMs);
    }
  }

  /** The clock's unit in ms: the smallest in which the product of limit and window is exact. */
  public long unitMs() {
    return windowMs / ((PRODUCT_BOUND - 1) / count + 1) + 1;
  }

  /** The window in whole units of the clock: rounded down, so that what is left weighs no less. */
  long windowUnits() {
    return windowMs / unitMs();
  }

  /** What is left of a window in units of the clock: rounded up, but not beyond the window. */
  long leftUnits(long leftMs) {
    return Math.min(windowUnits(), Math.ceilDiv(leftMs, unitMs()));
  }
}
