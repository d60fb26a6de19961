package botbot.ratelimit;

import botbot.space.Key;

/**
 * May {@code subject} do something that costs {@code cost}? A cost of 0 asks whether a cost of 1
 * would be admitted and charges nothing, a negative one gives back. Tier and endpoint are empty
 * where there is none.
 */
record Check(Key subject, String tier, String endpoint, long cost) {

  /** What a missing tier or endpoint is. */
  static final String NONE = "";

  /** The cost an answer is about. */
  long wanted() {
    return Math.max(1, cost);
  }

  /** Whether the answer may be no. */
  boolean asks() {
    return cost >= 0;
  }
}
