package botbot.ratelimit.counter;

/** The counts of the window that holds the present and of the one before it. */
final class WindowCounter implements Counter {

  private final long windowMs;
  private final long phase;
  private long index;
  private long previous;
  private long current;

  /** {@code phase} shifts where windows begin, so that counters do not roll over together. */
  WindowCounter(long windowMs, long phase) {
    this.windowMs = windowMs;
    this.phase = phase;
  }

  @Override
  public WindowReading read(Limit limit, long now, long cost) {
    long elapsed = roll(now);
    return new WindowReading(limit, previous, current, elapsed);
  }

  @Override
  public void charge(long now, long cost) {
    roll(now);
    current += cost;
  }

  @Override
  public void refund(long now, long cost) {
    roll(now);
    long fromCurrent = Math.min(current, cost);
    current -= fromCurrent;
    previous -= Math.min(previous, cost - fromCurrent);
  }

  @Override
  public void resume(Reading reading, long atMs) {
    if (reading instanceof WindowReading window) {
      // the nearest, for the clocks may differ by a little
      long began = atMs + phase - window.elapsedMs();
      index = Math.floorDiv(began + windowMs / 2, windowMs);
      previous = window.previous();
      current = window.current();
    }
  }

  private long roll(long now) {
    long at = now + phase;
    long to = Math.max(index, Math.floorDiv(at, windowMs));
    if (to > index) {
      previous = to == index + 1 ? current : 0;
      current = 0;
      index = to;
    }
    return Math.max(0, at - index * windowMs);
  }
}
