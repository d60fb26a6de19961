package botbot.ratelimit.counter;

import java.util.ArrayDeque;

/** Every admission that is still within one window's length from now, oldest first. */
final class LogCounter implements Counter {

  /** Units that were admitted together. */
  private record Admission(long atMs, long cost) {}

  private final long windowMs;
  private final ArrayDeque<Admission> log = new ArrayDeque<>();
  private long used;

  LogCounter(long windowMs) {
    this.windowMs = windowMs;
  }

  @Override
  public LogReading read(Limit limit, long now, long cost) {
    long at = expire(now);
    long count = limit.count();
    boolean waits = cost <= count && used + cost > count;
    long next = used == 0 ? 0 : waitFor(Math.max(1, used - count + 1), at);
    long asked = waits ? waitFor(used + cost - count, at) : 0;
    long reset = log.isEmpty() ? 0 : log.getLast().atMs() + windowMs - at;
    return new LogReading(limit, used, next, cost, asked, reset);
  }

  private long waitFor(long units, long now) {
    long gone = 0;
    for (Admission admission : log) {
      gone += admission.cost();
      if (gone >= units) {
        return admission.atMs() + windowMs - now;
      }
    }
    throw new IllegalArgumentException(units + " of " + used);
  }

  @Override
  public void charge(long now, long cost) {
    long at = expire(now);
    long together = cost;
    if (!log.isEmpty() && log.getLast().atMs() == at) {
      together += log.removeLast().cost();
    }
    log.addLast(new Admission(at, together));
    used += cost;
  }

  @Override
  public void refund(long now, long cost) {
    expire(now);
    long left = cost;
    while (left > 0 && !log.isEmpty()) {
      Admission newest = log.removeLast();
      long taken = Math.min(left, newest.cost());
      if (taken < newest.cost()) {
        log.addLast(new Admission(newest.atMs(), newest.cost() - taken));
      }
      left -= taken;
      used -= taken;
    }
  }

  /** All of it counts as long as the newest: when the others end is not known. */
  @Override
  public void resume(Reading reading, long atMs) {
    if (reading instanceof LogReading held && held.used() > 0) {
      log.addLast(new Admission(atMs + held.resetMs() - windowMs, held.used()));
      used = held.used();
    }
  }

  /** Drops what is out of sight, and answers with the time to go by. */
  private long expire(long now) {
    long at = log.isEmpty() ? now : Math.max(now, log.getLast().atMs());
    while (!log.isEmpty() && log.getFirst().atMs() + windowMs <= at) {
      used -= log.removeFirst().cost();
    }
    return at;
  }
}
