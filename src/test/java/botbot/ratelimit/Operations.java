package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import java.util.Random;

/** Random operations on one counter and what the oracle says of them. */
final class Operations {

  static final long START = 1_700_000_000_000L;
  static final long WINDOW = 20_000;

  private static final long[] LIMITS = {10, 3, 40};

  private final Random random;
  private long now = START;

  Operations(long seed) {
    random = new Random(seed);
  }

  /** Some time later, often the same instant, at times beyond all windows. */
  long later() {
    now +=
        switch (random.nextInt(20)) {
          case 0, 1, 2 -> 0;
          case 3 -> 1;
          case 4 -> random.nextLong(3 * WINDOW);
          case 5 -> WINDOW;
          default -> random.nextLong(WINDOW / 10);
        };
    return now;
  }

  /** Mostly one limit; at times the policy has another. */
  Limit limit() {
    int which = Math.max(0, random.nextInt(12) - 9);
    return new Limit(LIMITS[which], WINDOW);
  }

  /** Mostly checks, some refunds and peeks, a few that can never pass. */
  long cost(Limit limit) {
    return switch (random.nextInt(20)) {
      case 0, 1 -> 0;
      case 2, 3 -> -1 - random.nextInt(6);
      case 4 -> limit.count() + 1;
      case 5 -> limit.count();
      default -> 1 + random.nextInt(4);
    };
  }

  /** Applies the operation to the oracle and holds the verdict against it. */
  static void compare(String what, Oracle oracle, Limit limit, long now, long cost, Verdict said) {
    long count = limit.count();
    long wanted = Math.max(1, cost);
    boolean admits = cost < 0 || oracle.admits(count, now, wanted);
    assertEquals(admits, !said.refused(), what);
    if (cost < 0) {
      oracle.refund(now, -cost);
    } else if (admits && cost > 0) {
      oracle.charge(now, cost);
    }
    Reading reading = said.reading();
    long remaining = oracle.remaining(count, now);
    assertEquals(remaining, reading.remaining(), () -> what + " remaining");
    assertEquals(oracle.reset(now), reading.resetMs(), () -> what + " reset");
    if (!admits) {
      long retry = reading.retryMs(wanted);
      assertEquals(
          oracle.retry(count, now, wanted), retry == Reading.NEVER ? -1 : retry, what + " retry");
    }
    OptionalLong next =
        remaining == count
            ? OptionalLong.empty()
            : OptionalLong.of(oracle.retry(count, now, remaining + 1));
    assertEquals(next, reading.nextUnitMs(), () -> what + " next unit");
  }
}
