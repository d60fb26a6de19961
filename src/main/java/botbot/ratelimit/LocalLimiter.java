package botbot.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Counts in this process while Redis is away, by the rules of the script. Holds the counters of a
 * bounded number of subjects: beyond it those least used are forgotten, which admits too much
 * rather than too little.
 */
final class LocalLimiter {

  /** One counter, by the key it has in Redis. */
  record Held(String key, Rule rule, Counter counter) {}

  private final Cache<String, Map<String, Held>> subjects;

  LocalLimiter(long maxSubjects) {
    subjects = Caffeine.newBuilder().maximumSize(maxSubjects).executor(Runnable::run).build();
  }

  /** Decides and charges; policies that allow in an outage are charged and never deny. */
  List<Verdict> decide(Check check, Match match, long now) {
    return with(check.subject(), counters -> decide(check, match, now, counters));
  }

  private static List<Verdict> decide(
      Check check, Match match, long now, Map<String, Held> counters) {
    List<Verdict> before = read(check, match, now, counters);
    boolean admitted = before.stream().noneMatch(Verdict::denies);
    for (Verdict verdict : before) {
      Counter counter = counter(verdict.rule(), check.subject(), counters);
      if (!check.asks()) {
        counter.refund(now, -check.cost());
      } else if (check.cost() > 0 && admitted && !verdict.refused()) {
        counter.charge(now, check.cost());
      }
    }
    List<Verdict> after = new ArrayList<>(before.size());
    for (Verdict verdict : before) {
      Counter counter = counter(verdict.rule(), check.subject(), counters);
      Reading reading = counter.read(verdict.rule().limit(), now, check.wanted());
      after.add(new Verdict(verdict.rule(), reading, verdict.refused()));
    }
    return after;
  }

  private static List<Verdict> read(
      Check check, Match match, long now, Map<String, Held> counters) {
    List<Verdict> verdicts = new ArrayList<>(match.rules().size());
    for (Rule rule : match.rules()) {
      Counter counter = counter(rule, check.subject(), counters);
      Reading reading = counter.read(rule.limit(), now, check.wanted());
      boolean allows = rule.policy().onOutage() == OnOutage.ALLOW;
      boolean refused = check.asks() && !allows && !reading.admits(check.wanted());
      verdicts.add(new Verdict(rule, reading, refused));
    }
    return verdicts;
  }

  private static Counter counter(Rule rule, String subject, Map<String, Held> counters) {
    String key = rule.key(subject);
    return counters
        .computeIfAbsent(
            key,
            absent -> {
              Algorithm algorithm = rule.policy().algorithm();
              Counter empty = Counter.of(algorithm, rule.limit(), rule.phase(key));
              return new Held(key, rule, empty);
            })
        .counter();
  }

  private <T> T with(String subject, Function<Map<String, Held>, T> use) {
    Map<String, Held> counters = subjects.get(subject, absent -> new HashMap<>());
    synchronized (counters) {
      return use.apply(counters);
    }
  }

  /** Starts the counters of a subject afresh whose key is meant. */
  void reset(String subject, Predicate<String> meant) {
    Map<String, Held> counters = subjects.getIfPresent(subject);
    if (counters != null) {
      synchronized (counters) {
        counters.keySet().removeIf(meant);
      }
    }
  }
}
