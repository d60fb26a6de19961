package botbot.ratelimit;

import botbot.ratelimit.rule.Check;
import botbot.ratelimit.rule.Source;
import botbot.ratelimit.rule.Verdict;
import java.util.List;

/** The outcome of a check. */
sealed interface Decision {

  /** No policy is for this check: it is allowed. */
  record Unmatched() implements Decision {}

  /** Redis is away, and the named policies deny in that case. */
  record Refused(Check check, List<String> policies) implements Decision {}

  /** Every policy was asked. */
  record Counted(Check check, List<Verdict> verdicts, Source source) implements Decision {

    /** Whether no enforced policy says no. */
    boolean allowed() {
      for (Verdict verdict : verdicts) {
        if (verdict.denies()) {
          return false;
        }
      }
      return true;
    }

    /** The names of the policies that say no. */
    List<String> denying() {
      return verdicts.stream()
          .filter(Verdict::denies)
          .map(verdict -> verdict.rule().policy().name())
          .toList();
    }

    /** Whether the caller is turned away: a peek never is, whatever it finds. */
    boolean isDenial() {
      return check.cost() > 0 && !allowed();
    }
  }
}
