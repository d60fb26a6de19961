package botbot.ratelimit.counter;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * What the clever counters are held against: a list of what was admitted, from which every question
 * is answered by counting anew and every wait by searching for it.
 */
public final class Oracle {

  private record Admitted(long at, long cost) {}

  private final Algorithm algorithm;
  private final long window;
  private final long phase;
  private final List<Admitted> list = new ArrayList<>();

  public Oracle(Algorithm algorithm, long window, long phase) {
    this.algorithm = algorithm;
    this.window = window;
    this.phase = phase;
  }

  boolean admits(long limit, long now, long cost) {
    if (algorithm == Algorithm.EXACT) {
      return sum(now - window, now) + cost <= limit;
    }
    long begin = Math.floorDiv(now + phase, window) * window - phase;
    long elapsed = now - begin;
    long previous = sum(begin - window - 1, begin - 1);
    long current = sum(begin - 1, begin + window - 1);
    long unit = unit(limit);
    long whole = window / unit;
    long left = Math.min(whole, (window - elapsed + unit - 1) / unit);
    return previous * left + (current + cost) * whole <= limit * whole;
  }

  /** Whether the counter that knows no unit but milliseconds would admit it. */
  boolean admitsInMilliseconds(long limit, long now, long cost) {
    long begin = Math.floorDiv(now + phase, window) * window - phase;
    BigInteger previous = BigInteger.valueOf(sum(begin - window - 1, begin - 1));
    BigInteger left = BigInteger.valueOf(begin + window - now);
    BigInteger spare = BigInteger.valueOf(limit - sum(begin - 1, begin + window - 1) - cost);
    return previous.multiply(left).compareTo(spare.multiply(BigInteger.valueOf(window))) <= 0;
  }

  boolean hasWindows() {
    return algorithm == Algorithm.SLIDING_WINDOW;
  }

  private long unit(long limit) {
    long unit = 1;
    while (limit * (window / unit) >= 1L << 53) {
      unit++;
    }
    return unit;
  }

  long remaining(long limit, long now) {
    return admits(limit, now, 1) ? first(1, limit + 1, cost -> !admits(limit, now, cost)) - 1 : 0;
  }

  /** -1 for never. */
  long retry(long limit, long now, long cost) {
    return cost > limit ? -1 : first(0, 2 * window, wait -> admits(limit, now + wait, cost));
  }

  long reset(long now) {
    return first(0, 2 * window, wait -> admits(0, now + wait, 0));
  }

  public void charge(long now, long cost) {
    list.removeIf(admitted -> admitted.at() < now - 2 * window);
    list.add(new Admitted(now, cost));
  }

  void refund(long now, long cost) {
    long begin = Math.floorDiv(now + phase, window) * window - phase;
    long visible = algorithm == Algorithm.EXACT ? now - window + 1 : begin - window;
    long left = cost;
    while (left > 0 && !list.isEmpty() && list.getLast().at() >= visible) {
      Admitted newest = list.removeLast();
      long taken = Math.min(left, newest.cost());
      if (taken < newest.cost()) {
        list.add(new Admitted(newest.at(), newest.cost() - taken));
      }
      left -= taken;
    }
  }

  /** Units admitted after {@code from} and until {@code to}. */
  public long sum(long from, long to) {
    long sum = 0;
    for (Admitted admitted : list) {
      if (admitted.at() > from && admitted.at() <= to) {
        sum += admitted.cost();
      }
    }
    return sum;
  }

  /** The first number for which a condition holds that goes on to hold; {@code to} if none. */
  private static long first(long from, long to, LongPredicate holds) {
    long low = from;
    long high = to;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
