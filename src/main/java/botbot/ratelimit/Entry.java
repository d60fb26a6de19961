package botbot.ratelimit;

import botbot.ratelimit.Ledger.Sum;
import botbot.ratelimit.LocalCounter.Addition;
import botbot.redis.HashSlot;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a batch: a check, or what else happens to counters.
 *
 * @param kind what happens, in the words of the script
 * @param wanted the cost the readings are to answer for
 * @param keys the counters, one for each rule, and whatever else the script is to touch
 * @param sums what is to be added
 * @param answer what the rules say, once Redis has decided
 */
record Entry(
    Kind kind,
    long cost,
    long wanted,
    List<Rule> rules,
    List<String> keys,
    List<Sum> sums,
    Promise<List<Verdict>> answer) {

  /** What happens to the counters. */
  enum Kind {
    CHECK("c"),
    /** They start afresh. */
    AFRESH("a"),
    /** What was counted by an instance alone is added to one. */
    ADDITION("+"),
    /** That one starts afresh before. */
    ADDITION_AFRESH("!");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }

    boolean adds() {
      return this == ADDITION || this == ADDITION_AFRESH;
    }
  }

  static Entry check(Check check, Match match) {
    List<Rule> rules = match.rules();
    List<String> keys = keys(check.subject(), rules);
    return entry(Kind.CHECK, check.cost(), check.wanted(), rules, keys, List.of());
  }

  static Entry afresh(String subject, List<Rule> rules) {
    return entry(Kind.AFRESH, 0, 1, rules, keys(subject, rules), List.of());
  }

  static Entry addition(Addition addition) {
    LocalCounter counter = addition.counter();
    Kind kind = addition.afresh() ? Kind.ADDITION_AFRESH : Kind.ADDITION;
    List<String> keys = List.of(counter.key(), counter.marker());
    return entry(kind, 0, 1, List.of(counter.rule()), keys, addition.sums());
  }

  private static Entry entry(
      Kind kind, long cost, long wanted, List<Rule> rules, List<String> keys, List<Sum> sums) {
    return new Entry(kind, cost, wanted, rules, keys, sums, Promise.promise());
  }

  private static List<String> keys(String subject, List<Rule> rules) {
    List<String> keys = new ArrayList<>(rules.size());
    for (Rule rule : rules) {
      keys.add(rule.key(subject));
    }
    return keys;
  }

  /** The hash slot of all its keys, which are those of one subject. */
  int slot() {
    return HashSlot.of(keys.getFirst());
  }

  int questions() {
    return rules.size();
  }
}
