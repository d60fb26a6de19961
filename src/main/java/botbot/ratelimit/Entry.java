package botbot.ratelimit;

import botbot.ratelimit.Ledger.Sum;
import botbot.redis.HashSlot;
import botbot.space.Key;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a batch: a check, or what else happens to counters.
 *
 * @param kind what happens
 * @param wanted the cost the readings are to answer for
 * @param keys the counters, one for each rule
 * @param addition what is added to the counter, if that happens
 * @param answer what the rules say, once Redis has decided
 */
record Entry(
    Kind kind,
    long cost,
    long wanted,
    List<Rule> rules,
    List<String> keys,
    @Nullable Addition addition,
    Promise<List<Verdict>> answer) {

  /** What happens to the counters. */
  enum Kind {
    CHECK(0),
    /** They start afresh. */
    AFRESH(1),
    /** What was counted by an instance alone is added to one. */
    ADDITION(2),
    /** That one starts afresh before. */
    ADDITION_AFRESH(3);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    /** Its name in the script. */
    byte code() {
      return code;
    }
  }

  /** What is added, and the key under which Redis remembers that. */
  record Addition(String marker, List<Sum> sums) {}

  static Entry check(Check check, Match match) {
    List<Rule> rules = match.rules();
    List<String> keys = keys(check.subject(), rules);
    return entry(Kind.CHECK, check.cost(), check.wanted(), rules, keys, null);
  }

  static Entry afresh(Key subject, List<Rule> rules) {
    return entry(Kind.AFRESH, 0, 1, rules, keys(subject, rules), null);
  }

  static Entry addition(LocalCounter.Addition told) {
    LocalCounter counter = told.counter();
    Kind kind = told.afresh() ? Kind.ADDITION_AFRESH : Kind.ADDITION;
    Addition addition = new Addition(counter.marker(), told.sums());
    return entry(kind, 0, 1, List.of(counter.rule()), List.of(counter.key()), addition);
  }

  private static Entry entry(
      Kind kind,
      long cost,
      long wanted,
      List<Rule> rules,
      List<String> keys,
      @Nullable Addition addition) {
    return new Entry(kind, cost, wanted, rules, keys, addition, Promise.promise());
  }

  private static List<String> keys(Key subject, List<Rule> rules) {
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
