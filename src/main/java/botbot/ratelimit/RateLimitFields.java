package botbot.ratelimit;

import botbot.ratelimit.rule.Policy;
import botbot.ratelimit.rule.Verdict;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * The header fields of draft-ietf-httpapi-ratelimit-headers-10: Lists of Strings with parameters
 * (RFC 9651), seconds rounded up. All that depends on the draft is in this file.
 */
final class RateLimitFields {

  private RateLimitFields() {}

  /**
   * Gives what the policies say, shadows aside: {@code "chat";q=100;w=60} and {@code "chat";r=0}.
   */
  static void add(List<Verdict> verdicts, BiConsumer<String, String> headers) {
    String policies = policies(verdicts);
    if (!policies.isEmpty()) {
      headers.accept("RateLimit-Policy", policies);
      headers.accept("RateLimit", limits(verdicts));
    }
  }

  static String policies(List<Verdict> verdicts) {
    StringBuilder field = new StringBuilder();
    for (Verdict verdict : verdicts) {
      if (verdict.rule().enforced()) {
        Policy policy = verdict.rule().policy();
        item(field, policy).append(";q=").append(policy.limit());
        field.append(";w=").append(seconds(policy.windowMs()));
      }
    }
    return field.toString();
  }

  static String limits(List<Verdict> verdicts) {
    StringBuilder field = new StringBuilder();
    for (Verdict verdict : verdicts) {
      if (verdict.rule().enforced()) {
        item(field, verdict.rule().policy()).append(";r=").append(verdict.reading().remaining());
        OptionalLong next = verdict.reading().nextUnitMs();
        if (next.isPresent()) {
          field.append(";t=").append(seconds(next.getAsLong()));
        }
      }
    }
    return field.toString();
  }

  /** Names are of characters that need no escape. */
  private static StringBuilder item(StringBuilder field, Policy policy) {
    return field.append(field.isEmpty() ? "\"" : ", \"").append(policy.name()).append('"');
  }

  private static long seconds(long ms) {
    return Math.ceilDiv(ms, 1_000);
  }
}
