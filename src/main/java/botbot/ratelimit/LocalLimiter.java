package botbot.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts in this process while Redis is away, by the rules of the script. Holds the counters of a
 * bounded number of subjects: beyond it those least used are forgotten, which admits too much
 * rather than too little.
 */
@Singleton
final class LocalLimiter {

  /**
   * One counter.
   *
   * @param afresh whether that in Redis is to be forgotten before this one is added to it
   */
  record Held(Rule rule, Counter counter, boolean afresh) {}

  /** By subject, then by key. A subject's counters are only touched within a compute. */
  private final Cache<String, Map<String, Held>> subjects;

  LocalLimiter(RateConfig config) {
    subjects =
        Caffeine.newBuilder().maximumSize(config.localSubjects()).executor(Runnable::run).build();
  }

  boolean isEmpty() {
    return subjects.asMap().isEmpty();
  }

  /** Some of the subjects that are counted here. */
  List<String> subjects(int limit) {
    return subjects.asMap().keySet().stream().limit(limit).toList();
  }

  /** Decides and charges. A policy that allows in an outage is charged and does not deny. */
  List<Verdict> decide(Check check, Match match, long now) {
    AtomicReference<List<Verdict>> verdicts = new AtomicReference<>(List.of());
    subjects
        .asMap()
        .compute(
            check.subject(),
            (subject, known) -> {
              Map<String, Held> held = known == null ? new HashMap<>() : known;
              verdicts.set(decide(check, match.rules(), now, held));
              return held;
            });
    return verdicts.get();
  }

  private static List<Verdict> decide(
      Check check, List<Rule> rules, long now, Map<String, Held> held) {
    List<Counter> counters = new ArrayList<>(rules.size());
    List<Boolean> refusals = new ArrayList<>(rules.size());
    boolean admitted = true;
    for (Rule rule : rules) {
      Counter counter = counter(rule, check.subject(), held);
      boolean refused = refuses(rule, counter, check, now);
      counters.add(counter);
      refusals.add(refused);
      admitted &= !(refused && rule.enforced());
    }
    List<Verdict> verdicts = new ArrayList<>(rules.size());
    for (int i = 0; i < rules.size(); i++) {
      Counter counter = counters.get(i);
      boolean refused = refusals.get(i);
      if (!check.asks()) {
        counter.refund(now, -check.cost());
      } else if (check.cost() > 0 && admitted && !refused) {
        counter.charge(now, check.cost());
      }
      Reading reading = counter.read(rules.get(i).limit(), now, check.wanted());
      verdicts.add(new Verdict(rules.get(i), reading, refused));
    }
    return verdicts;
  }

  private static boolean refuses(Rule rule, Counter counter, Check check, long now) {
    return check.asks()
        && rule.policy().onOutage() != OnOutage.ALLOW
        && !counter.read(rule.limit(), now, check.wanted()).admits(check.wanted());
  }

  private static Counter counter(Rule rule, String subject, Map<String, Held> held) {
    String key = rule.key(subject);
    return held.computeIfAbsent(key, absent -> new Held(rule, empty(rule, key), false)).counter();
  }

  private static Counter empty(Rule rule, String key) {
    return Counter.of(rule.policy().algorithm(), rule.limit(), rule.phase(key));
  }

  /** Starts counters afresh, here at once and in Redis when they are taken there. */
  void startAfresh(String subject, List<Rule> rules) {
    subjects
        .asMap()
        .compute(
            subject,
            (same, known) -> {
              Map<String, Held> held = known == null ? new HashMap<>() : known;
              for (Rule rule : rules) {
                String key = rule.key(subject);
                held.put(key, new Held(rule, empty(rule, key), true));
              }
              return held;
            });
  }

  /** Hands over what is counted of a subject, to be added to Redis. */
  Collection<Held> take(String subject) {
    Map<String, Held> held = subjects.asMap().remove(subject);
    return held == null ? List.of() : held.values();
  }

  /** Takes a counter back that could not be added to Redis, beside what was counted since. */
  void putBack(String subject, Held older, long now) {
    String key = older.rule().key(subject);
    subjects
        .asMap()
        .compute(
            subject,
            (same, known) -> {
              Map<String, Held> held = known == null ? new HashMap<>() : known;
              held.merge(key, older, (newer, ignored) -> together(older, newer, now));
              return held;
            });
  }

  private static Held together(Held older, Held newer, long now) {
    if (newer.afresh()) {
      return newer;
    }
    for (Counter.Admission admission : newer.counter().admissions(now)) {
      older.counter().charge(admission.atMs(), admission.cost());
    }
    return older;
  }
}
