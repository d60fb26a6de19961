package botbot.ratelimit;

import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a batch: a check, or what else happens to counters.
 *
 * @param at 0 for now, {@link #AFRESH}, or when the cost was admitted by this instance alone
 * @param wanted the cost the readings are to answer for
 * @param keys the counters, one for each rule
 * @param answer what the rules say, once Redis has decided
 */
record Entry(
    long at,
    long cost,
    long wanted,
    List<Rule> rules,
    List<String> keys,
    Promise<List<Verdict>> answer) {

  private static final long NOW = 0;
  private static final long AFRESH = -1;

  static Entry check(Check check, Match match) {
    return entry(NOW, check.cost(), check.wanted(), check.subject(), match.rules());
  }

  static Entry afresh(String subject, List<Rule> rules) {
    return entry(AFRESH, 0, 1, subject, rules);
  }

  static Entry admitted(String subject, Rule rule, Counter.Admission admission) {
    return entry(admission.atMs(), admission.cost(), 1, subject, List.of(rule));
  }

  private static Entry entry(long at, long cost, long wanted, String subject, List<Rule> rules) {
    List<String> keys = new ArrayList<>(rules.size());
    for (Rule rule : rules) {
      keys.add(rule.key(subject));
    }
    return new Entry(at, cost, wanted, rules, keys, Promise.promise());
  }

  int questions() {
    return rules.size();
  }
}
