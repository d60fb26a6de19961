package botbot.ratelimit.local;

import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.local.LocalCounter.Addition;
import botbot.ratelimit.rule.Check;
import botbot.ratelimit.rule.Match;
import botbot.ratelimit.rule.OnOutage;
import botbot.ratelimit.rule.RateConfig;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.Verdict;
import botbot.space.Key;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts in this process while Redis is away, by the rules of the script and from what Redis said
 * last. Holds the counters of a bounded number of subjects: beyond it those least used are
 * forgotten, which admits too much rather than too little.
 */
@Singleton
public final class LocalLimiter {

  /** By subject, then by key. A subject's counters are only touched within a compute. */
  private final Cache<Key, Map<String, LocalCounter>> subjects;

  private final LastReadings readings;

  public LocalLimiter(RateConfig config, LastReadings readings) {
    this.readings = readings;
    subjects =
        Caffeine.newBuilder().maximumSize(config.localSubjects()).executor(Runnable::run).build();
  }

  boolean isEmpty() {
    return subjects.asMap().isEmpty();
  }

  /** Some of the subjects that are counted here. */
  List<Key> subjects(int limit) {
    return subjects.asMap().keySet().stream().limit(limit).toList();
  }

  /** Decides and charges. A policy that allows in an outage is charged and does not deny. */
  public List<Verdict> decide(Check check, Match match, long now) {
    List<Verdict> verdicts = new ArrayList<>(match.rules().size());
    with(check.subject(), held -> decide(check, match.rules(), now, held, verdicts));
    return verdicts;
  }

  private void decide(
      Check check,
      List<Rule> rules,
      long now,
      Map<String, LocalCounter> held,
      List<Verdict> verdicts) {
    List<LocalCounter> counters = new ArrayList<>(rules.size());
    List<Boolean> refusals = new ArrayList<>(rules.size());
    boolean admitted = true;
    for (Rule rule : rules) {
      String key = rule.key(check.subject());
      LocalCounter counter =
          held.computeIfAbsent(key, absent -> counter(check.subject(), rule, key, now));
      boolean refused = refuses(rule, counter, check, now);
      counters.add(counter);
      refusals.add(refused);
      admitted &= !(refused && rule.enforced());
    }
    for (int i = 0; i < rules.size(); i++) {
      LocalCounter counter = counters.get(i);
      boolean refused = refusals.get(i);
      if (!check.asks()) {
        counter.refund(now, -check.cost());
      } else if (check.cost() > 0 && admitted && !refused) {
        counter.charge(now, check.cost());
      }
      Reading reading = counter.read(rules.get(i).limit(), now, check.wanted());
      verdicts.add(new Verdict(rules.get(i), reading, refused));
    }
  }

  private LocalCounter counter(Key subject, Rule rule, String key, long now) {
    LocalCounter counter = new LocalCounter(rule, key, false);
    readings.find(subject, key, now).ifPresent(counter::resume);
    return counter;
  }

  private static boolean refuses(Rule rule, LocalCounter counter, Check check, long now) {
    return check.asks()
        && rule.policy().onOutage() != OnOutage.ALLOW
        && !counter.read(rule.limit(), now, check.wanted()).admits(check.wanted());
  }

  /** Starts counters afresh, here at once and in Redis when it is told of them. */
  public void startAfresh(Key subject, List<Rule> rules) {
    with(
        subject,
        held -> {
          for (Rule rule : rules) {
            String key = rule.key(subject);
            held.put(key, new LocalCounter(rule, key, true));
          }
        });
  }

  private void with(Key subject, Consumer<Map<String, LocalCounter>> action) {
    subjects
        .asMap()
        .compute(
            subject,
            (same, known) -> {
              Map<String, LocalCounter> held = known == null ? new HashMap<>() : known;
              action.accept(held);
              return held;
            });
  }

  /** What Redis is to be told of a subject. It stays counted here until {@link #ended}. */
  List<Addition> handOver(Key subject, long now) {
    List<Addition> additions = new ArrayList<>();
    subjects
        .asMap()
        .computeIfPresent(
            subject,
            (same, held) -> {
              held.values().removeIf(counter -> counter.isIdle(now));
              held.values()
                  .forEach(counter -> counter.handOver(subject, now).ifPresent(additions::add));
              return held.isEmpty() ? null : held;
            });
    return additions;
  }

  /** Forgets what Redis knows now; the rest will be handed over again. */
  void ended(Addition addition, boolean succeeded) {
    subjects
        .asMap()
        .computeIfPresent(
            addition.subject(),
            (same, held) -> {
              LocalCounter counter = addition.counter();
              if (counter.isDone(addition, succeeded)) {
                held.remove(counter.key(), counter);
              }
              return held.isEmpty() ? null : held;
            });
  }
}
