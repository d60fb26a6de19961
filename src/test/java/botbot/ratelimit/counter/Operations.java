package botbot.ratelimit.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.ratelimit.rule.Verdict;
import java.util.OptionalLong;
import java.util.Random;

/** Random operations on one counter and what the oracle says of them. */
public final class Operations {

  public static final long START = 1_700_000_000_000L;
  static final long WINDOW = 20_000;

  /** Windows that are counted in ms or not, with how many units a check costs at most. */
  public enum Scale {
    MILLISECONDS(WINDOW, 4, 10, 3, 40),
    TEN_MILLION_IN_30_DAYS(2_592_000_000L, 4_000_000, 10_000_000, 3_000_000, 40_000_000),
    A_BILLION_IN_31_DAYS(Limit.MAX_WINDOW_MS, 400_000_000, Limit.MAX_COUNT, 300_000_000, 7),
    THE_FIRST_ON_A_COARSER_CLOCK(9_007_200, 400_000_000, Limit.MAX_COUNT, 999_999_999, 1_000_000);

    private final long windowMs;
    private final int most;
    private final long[] limits;

    Scale(long windowMs, int most, long... limits) {
      this.windowMs = windowMs;
      this.most = most;
      this.limits = limits;
    }

    long windowMs() {
      return windowMs;
    }
  }

  private final Random random;
  private final Scale scale;
  private long now = START;

  public Operations(long seed) {
    this(seed, Scale.MILLISECONDS);
  }

  public Operations(long seed, Scale scale) {
    this.random = new Random(seed);
    this.scale = scale;
  }

  /** Some time later, often the same instant, at times beyond all windows. */
  public long later() {
    now +=
        switch (random.nextInt(20)) {
          case 0, 1, 2 -> 0;
          case 3 -> 1;
          case 4 -> random.nextLong(3 * scale.windowMs);
          case 5 -> scale.windowMs;
          default -> random.nextLong(scale.windowMs / 10);
        };
    return now;
  }

  /** Mostly one limit; at times the policy has another. */
  public Limit limit() {
    int which = Math.max(0, random.nextInt(12) - 9);
    return new Limit(scale.limits[which], scale.windowMs);
  }

  /** Mostly checks, some refunds and peeks, a few that can never pass. */
  public long cost(Limit limit) {
    return switch (random.nextInt(20)) {
      case 0, 1 -> 0;
      case 2, 3 -> -1 - random.nextInt(scale.most + 2);
      case 4 -> limit.count() + 1;
      case 5 -> limit.count();
      default -> 1 + random.nextInt(scale.most);
    };
  }

  /** Applies the operation to the oracle and holds the verdict against it. */
  public static void compare(
      String what, Oracle oracle, Limit limit, long now, long cost, Verdict said) {
    long count = limit.count();
    long wanted = Math.max(1, cost);
    boolean admits = cost < 0 || oracle.admits(count, now, wanted);
    assertEquals(admits, !said.refused(), what);
    if (cost > 0 && admits && oracle.hasWindows()) {
      assertTrue(oracle.admitsInMilliseconds(count, now, cost), () -> what + " is too much");
    }
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
