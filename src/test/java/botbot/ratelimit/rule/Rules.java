package botbot.ratelimit.rule;

import botbot.ratelimit.counter.Algorithm;
import botbot.space.Key;
import botbot.space.Space;

/** Rules for tests. */
public final class Rules {

  public static final Key USER = Space.DEFAULT.key("user");

  private Rules() {}

  public static Rule any() {
    return sliding("any", 10, 1_000);
  }

  public static Rule sliding(String name, long limit, long windowMs) {
    return rule(name, limit, windowMs, Algorithm.SLIDING_WINDOW, OnOutage.LOCAL, false);
  }

  public static Rule exact(String name, long limit, long windowMs) {
    return rule(name, limit, windowMs, Algorithm.EXACT, OnOutage.LOCAL, false);
  }

  public static Rule rule(
      String name,
      long limit,
      long windowMs,
      Algorithm algorithm,
      OnOutage onOutage,
      boolean shadow) {
    Policy policy =
        new Policy(name, "*", "*", limit, windowMs, algorithm, onOutage, shadow, true, 1);
    return new Rule("rate:", policy, new RuleMeters());
  }
}
