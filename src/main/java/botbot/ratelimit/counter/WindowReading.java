package botbot.ratelimit.counter;

/**
 * The two-window weighted counter at one instant: the previous window's count weighs as much as of
 * it is still within one window's length from now. With {@code e} for elapsed, {@code p} for
 * previous, {@code c} for current, {@code L} and {@code W} for the limit, a cost {@code n} is
 * admitted when {@code p·(W−e) + (c+n)·W ≤ L·W}. After "Counting things, a lot of different things"
 * (Cloudflare, 2017), in integers: {@code W} and {@code W−e} in the unit of the limit's clock.
 *
 * @param previous units in the window before
 * @param current units in this window
 * @param elapsedMs since this window began, below its length
 */
public record WindowReading(Limit limit, long previous, long current, long elapsedMs)
    implements Reading {

  @Override
  public long remaining() {
    return Math.max(
        0, limit.count() - current - Math.ceilDiv(previous * weight(), limit.windowUnits()));
  }

  @Override
  public long resetMs() {
    return current > 0 ? limit.windowMs() + left() : previous > 0 ? left() : 0;
  }

  @Override
  public long retryMs(long cost) {
    long spare = limit.count() - cost;
    if (spare < 0) {
      return NEVER;
    }
    if (current <= spare) {
      return Math.max(0, left() - lightMs(previous, spare - current));
    }
    return left() + Math.max(0, limit.windowMs() - lightMs(current, spare));
  }

  /** The most that may be left of a window for its {@code units} to weigh at most {@code most}. */
  private long lightMs(long units, long most) {
    long light = most * limit.windowUnits() / units;
    // a whole window may be longer than its whole units
    return light >= limit.windowUnits() ? limit.windowMs() : light * limit.unitMs();
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

  private long weight() {
    return limit.leftUnits(left());
  }
}
