package botbot.ratelimit.counter;

/**
 * The log of an {@code exact} policy at one instant, as far as it was asked: the waits for the next
 * unit and for one cost.
 *
 * @param used units admitted within one window's length from now
 * @param nextMs until one unit more is left, 0 when nothing is used
 * @param asked the cost {@code askedMs} is for
 * @param askedMs until {@code asked} would be admitted; 0 if it is, or never will be
 * @param resetMs until nothing is counted
 */
public record LogReading(
    Limit limit, long used, long nextMs, long asked, long askedMs, long resetMs)
    implements Reading {

  @Override
  public long remaining() {
    return Math.max(0, limit.count() - used);
  }

  @Override
  public long retryMs(long cost) {
    if (cost > limit.count()) {
      return NEVER;
    }
    if (cost == remaining() + 1) {
      return nextMs;
    }
    if (cost == asked) {
      return askedMs;
    }
    throw new IllegalArgumentException("asked for " + asked + ", not for " + cost);
  }

  @Override
  public boolean knows(long cost) {
    return cost > limit.count() || cost == remaining() + 1 || cost == asked;
  }

  @Override
  public long readableForMs() {
    return used == 0 ? NEVER : nextMs;
  }

  @Override
  public LogReading later(long ms) {
    return used == 0
        ? this
        : new LogReading(limit, used, nextMs - ms, asked, Math.max(0, askedMs - ms), resetMs - ms);
  }
}
