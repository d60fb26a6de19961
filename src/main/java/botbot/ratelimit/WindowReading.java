package botbot.ratelimit;

/**
 * The two-window weighted counter at one instant: the previous window's count weighs as much as of
 * it is still within one window's length from now. With {@code e} for elapsed, {@code p} for
 * previous, {@code c} for current, {@code L} and {@code W} for the limit, a cost {@code n} is
 * admitted when {@code p·(W−e) + (c+n)·W ≤ L·W}. After "Counting things, a lot of different things"
 * (Cloudflare, 2017), in integers.
 *
 * @param previous units in the window before
 * @param current units in this window
 * @param elapsedMs since this window began, below its length
 */
record WindowReading(Limit limit, long previous, long current, long elapsedMs) implements Reading {

  @Override
  public long remaining() {
    return Math.max(0, limit.count() - current - Math.ceilDiv(previous * left(), limit.windowMs()));
  }

  @Override
  public long resetMs() {
    return current > 0 ? limit.windowMs() + left() : previous > 0 ? left() : 0;
  }

  @Override
  public long retryMs(long cost) {
    long spare = limit.count() - cost;
    long window = limit.windowMs();
    if (spare < 0) {
      return NEVER;
    }
    if (current <= spare) {
      return left() - (spare - current) * window / previous;
    }
    return left() + Math.max(0, window - spare * window / current);
  }

  @Override
  public boolean knows(long cost) {
    return true;
  }

  @Override
  public long readableForMs() {
    return NEVER;
  }

  @Override
  public WindowReading later(long ms) {
    long elapsed = elapsedMs + ms;
    long windows = elapsed / limit.windowMs();
    long into = elapsed % limit.windowMs();
    if (windows == 0) {
      return new WindowReading(limit, previous, current, into);
    }
    return new WindowReading(limit, windows == 1 ? current : 0, 0, into);
  }

  private long left() {
    return limit.windowMs() - elapsedMs;
  }
}
