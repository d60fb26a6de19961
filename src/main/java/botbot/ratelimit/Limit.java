package botbot.ratelimit;

/**
 * At most {@code count} units in {@code windowMs} milliseconds. Their product stays below 2^53, so
 * that the arithmetic of the counters is exact in the doubles of Lua too.
 */
record Limit(long count, long windowMs) {

  static final long MAX_COUNT = 1_000_000_000;
  static final long MIN_WINDOW_MS = 100;
  static final long MAX_WINDOW_MS = 2_678_400_000L;

  /** What {@code count} times {@code windowMs} stays below. */
  static final long PRODUCT_BOUND = 1L << 53;

  Limit {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException("count " + count);
    }
    if (windowMs < MIN_WINDOW_MS || windowMs > MAX_WINDOW_MS) {
      throw new IllegalArgumentException("window " + windowMs);
    }
    if (!isExact(count, windowMs)) {
      throw new IllegalArgumentException(count + " in " + windowMs + " ms is out of range");
    }
  }

  static boolean isExact(long count, long windowMs) {
    return count < (PRODUCT_BOUND + windowMs - 1) / windowMs;
  }

  /** What a counter may hold at most; anything above is not a count. */
  long ceiling() {
    return (PRODUCT_BOUND - 1) / windowMs;
  }
}
