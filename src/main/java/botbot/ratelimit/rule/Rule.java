package botbot.ratelimit.rule;

import botbot.ratelimit.counter.Limit;
import botbot.redis.protocol.HashSlot;
import botbot.space.Key;

/** A policy in force, with all that a check needs of it made ready. */
public final class Rule {

  private final Policy policy;
  private final Limit limit;
  private final String keyPrefix;
  private final String keySuffix;
  private final RuleMeters meters;

  public Rule(String keyPrefix, Policy policy, RuleMeters meters) {
    this.keyPrefix = keyPrefix + "{";
    this.policy = policy;
    this.limit = new Limit(policy.limit(), policy.windowMs());
    this.keySuffix =
        "}:" + policy.name() + ":" + policy.windowMs() + ":" + policy.algorithm().code();
    this.meters = meters;
  }

  public Policy policy() {
    return policy;
  }

  public Limit limit() {
    return limit;
  }

  RuleMeters meters() {
    return meters;
  }

  /** Counts that one of its counters was not sound. */
  public void corrupted() {
    meters.corrupted();
  }

  /** Whether it can deny. */
  public boolean enforced() {
    return !policy.shadow();
  }

  boolean matches(String tier, String endpoint) {
    return policy.enabled()
        && (policy.tier().equals(Policy.ANY) || policy.tier().equals(tier))
        && matches(endpoint);
  }

  private boolean matches(String endpoint) {
    String pattern = policy.endpoint();
    if (pattern.equals(Policy.ANY)) {
      return true;
    }
    return pattern.endsWith(Policy.ANY)
        ? endpoint.startsWith(pattern.substring(0, pattern.length() - 1))
        : pattern.equals(endpoint);
  }

  /**
   * The key of a subject's counter, in the hash slot of the subject. Window and algorithm are part
   * of it: changing either starts afresh.
   */
  public String key(Key subject) {
    return keyPrefix + HashSlot.tag(subject.id()) + keySuffix;
  }

  /** How far the windows of a key are shifted, below the window's length; the same everywhere. */
  public long phase(String key) {
    long mixed = key.hashCode() * 0x9E3779B97F4A7C15L;
    return Long.remainderUnsigned(mixed ^ mixed >>> 32, limit.windowMs());
  }
}
