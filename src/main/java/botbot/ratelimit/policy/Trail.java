package botbot.ratelimit.policy;

import botbot.ratelimit.rule.Decisions;
import botbot.ratelimit.rule.RuleMeters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the meters of one policy showed in the last hour, looked at in equal steps: of the last
 * minute each look is kept, of the rest one a minute, so that an hour is up to a minute longer.
 * Looks between which nothing was decided share their figures. For one thread at a time.
 */
final class Trail {

  /** The time between two looks. */
  static final Duration STEP = Duration.ofSeconds(5);

  private static final int STEPS = 12;
  private static final int MINUTES = 60;

  private final RuleMeters meters;
  private final Deque<Decisions> steps = new ArrayDeque<>();
  private final Deque<Decisions> minutes = new ArrayDeque<>();
  private long looks;

  /** Begins with meters that are as young as it is: they have counted since then alone. */
  Trail(RuleMeters meters) {
    this.meters = meters;
    steps.add(Decisions.NONE);
    minutes.add(Decisions.NONE);
  }

  boolean isOf(RuleMeters others) {
    return meters == others;
  }

  /** Looks again, one step after the last time. */
  void look() {
    Decisions now = meters.decisions();
    Decisions shared = now.equals(steps.getLast()) ? steps.getLast() : now;
    looks++;
    add(steps, shared, STEPS);
    if (looks % STEPS == 0) {
      add(minutes, shared, MINUTES);
    }
  }

  private static void add(Deque<Decisions> kept, Decisions now, int spans) {
    kept.add(now);
    if (kept.size() > spans + 1) {
      kept.remove();
    }
  }

  Usage usage(String policy) {
    Decisions now = steps.getLast();
    long observed = Math.min(looks * STEP.toSeconds(), Duration.ofMinutes(MINUTES).toSeconds());
    return new Usage(policy, observed, now.since(steps.getFirst()), now.since(minutes.getFirst()));
  }
}
