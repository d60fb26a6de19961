package botbot.ratelimit.rule;

import botbot.ratelimit.counter.Reading;

/**
 * What one rule says to a check.
 *
 * @param reading its counter after the check
 * @param refused whether it says no, even in vain for a shadow
 */
public record Verdict(Rule rule, Reading reading, boolean refused) {

  /** Whether the check fails by it. */
  public boolean denies() {
    return refused && rule.enforced();
  }

  /** Counts what was said to a check that charges. */
  public void meter(boolean allowed, Source source) {
    rule.meters().decided(this, allowed, source);
  }
}
