package botbot.ratelimit.local;

import botbot.ratelimit.batch.BatchEntry.Sum;
import botbot.ratelimit.counter.Algorithm;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/**
 * What one counter admitted and gave back in this process, for Redis to be told: in a few sums by
 * time, each with a name, so that Redis can be told again without counting anything twice. Times
 * are milliseconds by the clock of Redis; one before an earlier call is taken for that. Not safe
 * for use by several threads.
 */
final class Ledger {

  /** Into how many sums the window of a log is divided. */
  private static final int SPANS_OF_A_LOG = 64;

  private static final class Span {
    private long atMs;
    private long admitted;
    private long owed;
  }

  private final TreeMap<Long, Span> spans = new TreeMap<>();
  private final long spanMs;
  private final long phase;
  private final int before;
  private long changes;

  private Ledger(long spanMs, long phase, int before) {
    this.spanMs = spanMs;
    this.phase = phase;
    this.before = before;
  }

  /** An empty ledger; {@code phase} shifts where windows begin. */
  static Ledger of(Algorithm algorithm, long windowMs, long phase) {
    return switch (algorithm) {
      case SLIDING_WINDOW -> new Ledger(windowMs, phase, 1);
      case EXACT -> new Ledger(Math.ceilDiv(windowMs, SPANS_OF_A_LOG), 0, SPANS_OF_A_LOG);
    };
  }

  void charge(long now, long cost) {
    at(now).admitted += cost;
  }

  /** Takes from what was admitted here, newest first; the rest is to be taken in Redis. */
  void refund(long now, long cost) {
    Span current = at(now);
    long left = cost;
    Iterator<Span> newestFirst = spans.descendingMap().values().iterator();
    while (left > 0 && newestFirst.hasNext()) {
      Span span = newestFirst.next();
      long taken = Math.min(left, span.admitted);
      span.admitted -= taken;
      left -= taken;
    }
    current.owed += left;
  }

  /** How often it was written to. */
  long changes() {
    return changes;
  }

  /** What is still in sight, oldest first. */
  List<Sum> sums(long now) {
    forget(number(now));
    List<Sum> sums = new ArrayList<>(spans.size());
    spans.forEach(
        (number, span) -> {
          // in this order: what was admitted after a refund is not to be taken by it
          sums.add(new Sum(2 * number + 1, span.atMs, -span.owed));
          sums.add(new Sum(2 * number, span.atMs, span.admitted));
        });
    return sums;
  }

  private Span at(long now) {
    changes++;
    long number = spans.isEmpty() ? number(now) : Math.max(number(now), spans.lastKey());
    forget(number);
    Span span = spans.computeIfAbsent(number, any -> new Span());
    span.atMs = Math.max(span.atMs, now);
    return span;
  }

  private long number(long now) {
    return Math.floorDiv(now + phase, spanMs);
  }

  private void forget(long current) {
    spans.headMap(current - before).clear();
  }
}
