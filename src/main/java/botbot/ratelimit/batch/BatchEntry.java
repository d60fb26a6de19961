package botbot.ratelimit.batch;

import botbot.ratelimit.rule.Check;
import botbot.ratelimit.rule.Match;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.Verdict;
import botbot.redis.protocol.HashSlot;
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
public record BatchEntry(
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
  public record Addition(String marker, List<Sum> sums) {}

  /**
   * What happened in one span of time.
   *
   * @param name the same for the same span, whatever {@code units} are by then
   * @param atMs the latest of it, so that nothing ends too early
   * @param units admitted; below 0: given back, beyond all that was admitted by the instance
   */
  public record Sum(long name, long atMs, long units) {}

  public static BatchEntry check(Check check, Match match) {
    List<Rule> rules = match.rules();
    List<String> keys = keys(check.subject(), rules);
    return entry(Kind.CHECK, check.cost(), check.wanted(), rules, keys, null);
  }

  public static BatchEntry afresh(Key subject, List<Rule> rules) {
    return entry(Kind.AFRESH, 0, 1, rules, keys(subject, rules), null);
  }

  /** Adds to one counter, which starts afresh before where {@code afresh} says so. */
  public static BatchEntry addition(Rule rule, String key, boolean afresh, Addition addition) {
    Kind kind = afresh ? Kind.ADDITION_AFRESH : Kind.ADDITION;
    return entry(kind, 0, 1, List.of(rule), List.of(key), addition);
  }

  private static BatchEntry entry(
      Kind kind,
      long cost,
      long wanted,
      List<Rule> rules,
      List<String> keys,
      @Nullable Addition addition) {
    return new BatchEntry(kind, cost, wanted, rules, keys, addition, Promise.promise());
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
