package botbot.ratelimit.rule;

import botbot.space.Key;

/**
 * May {@code subject} do something that costs {@code cost}? A cost of 0 asks whether a cost of 1
 * would be admitted and charges nothing, a negative one gives back. Tier and endpoint are empty
 * where there is none.
 */
public record Check(Key subject, String tier, String endpoint, long cost) {

  /** What a missing tier or endpoint is. */
  public static final String NONE = "";

  /** The cost an answer is about. */
  public long wanted() {
    return Math.max(1, cost);
  }

  /** Whether the answer may be no. */
  public boolean asks() {
    return cost >= 0;
  }
}
