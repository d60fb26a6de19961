package botbot.ratelimit;

import botbot.ratelimit.Decision.Counted;
import botbot.ratelimit.batch.RedisClock;
import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.policy.PolicyChangeListener;
import botbot.ratelimit.rule.Check;
import botbot.ratelimit.rule.Match;
import botbot.ratelimit.rule.RateConfig;
import botbot.ratelimit.rule.Source;
import botbot.ratelimit.rule.Verdict;
import botbot.space.Key;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Remembers for a short while whom a policy has left nothing: until the next unit, no check of the
 * same kind can pass, whatever it costs. Since a refund, a reset or a change of policies may be
 * seen by another instance alone, nothing is remembered for longer than the configured time.
 */
@Singleton
final class Denials implements PolicyChangeListener {

  /** Kinds of check that are remembered of one subject. */
  private static final int KINDS = 8;

  /** What the rules said at {@code atMs}, and until when that stands. */
  private record Denial(Match match, List<Verdict> verdicts, long atMs, long untilMs) {}

  private final RedisClock clock;
  private final long maxMs;
  private final Cache<Key, List<Denial>> denials;

  Denials(RedisClock clock, RateConfig config) {
    this.clock = clock;
    this.maxMs = config.denialMemory().toMillis();
    this.denials =
        Caffeine.newBuilder()
            .maximumSize(config.denials())
            .expireAfterWrite(config.denialMemory())
            .executor(Runnable::run)
            .build();
  }

  /** The denial of a check from memory. */
  Optional<Counted> find(Check check, Match match) {
    List<Denial> known = check.cost() > 0 ? denials.getIfPresent(check.subject()) : null;
    if (known == null) {
      return Optional.empty();
    }
    long now = clock.now();
    for (Denial denial : known) {
      if (denial.match() == match && now >= denial.atMs() && now < denial.untilMs()) {
        return at(now, denial, check);
      }
    }
    return Optional.empty();
  }

  private static Optional<Counted> at(long now, Denial denial, Check check) {
    List<Verdict> verdicts = new ArrayList<>(denial.verdicts().size());
    for (Verdict verdict : denial.verdicts()) {
      Reading reading = verdict.reading().later(now - denial.atMs());
      if (!reading.knows(check.cost())) {
        return Optional.empty();
      }
      verdicts.add(new Verdict(verdict.rule(), reading, !reading.admits(check.cost())));
    }
    return Optional.of(new Counted(check, verdicts, Source.REDIS));
  }

  /** Remembers what Redis has just said, if nothing is left. */
  void remember(Counted counted, Match match) {
    long standsFor = standsFor(counted.verdicts());
    if (standsFor <= 0) {
      return;
    }
    long now = clock.now();
    Denial denial = new Denial(match, counted.verdicts(), now, now + Math.min(standsFor, maxMs));
    denials
        .asMap()
        .compute(
            counted.check().subject(),
            (subject, known) -> {
              List<Denial> all = new ArrayList<>(KINDS);
              all.add(denial);
              if (known != null) {
                known.stream()
                    .filter(other -> other.match() != match)
                    .limit(KINDS - 1)
                    .forEach(all::add);
              }
              return all;
            });
  }

  /** How long some policy goes on denying, and every reading can be carried on. */
  private static long standsFor(List<Verdict> verdicts) {
    long denied = 0;
    long readable = Long.MAX_VALUE;
    for (Verdict verdict : verdicts) {
      Reading reading = verdict.reading();
      if (verdict.denies() && reading.remaining() == 0) {
        denied = Math.max(denied, reading.retryMs(1));
      }
      readable = Math.min(readable, reading.readableForMs());
    }
    return Math.min(denied, readable);
  }

  /** The subject was given something back, or starts afresh. */
  void forget(Key subject) {
    denials.invalidate(subject);
  }

  @Override
  public void policiesChanged() {
    denials.invalidateAll();
  }
}
