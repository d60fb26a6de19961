package botbot.ratelimit;

import botbot.ratelimit.Decision.Counted;
import botbot.ratelimit.Decision.Refused;
import botbot.ratelimit.Decision.Unmatched;
import botbot.ratelimit.batch.BatchEntry;
import botbot.ratelimit.batch.Batchers;
import botbot.ratelimit.batch.RedisClock;
import botbot.ratelimit.local.LastReadings;
import botbot.ratelimit.local.LocalLimiter;
import botbot.ratelimit.local.MergeBack;
import botbot.ratelimit.rule.Check;
import botbot.ratelimit.rule.Match;
import botbot.ratelimit.rule.OnOutage;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.RuleSet;
import botbot.ratelimit.rule.Source;
import botbot.ratelimit.rule.Verdict;
import botbot.redis.RedisDoor;
import botbot.space.Key;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Decides checks: from memory where nothing is left, else by Redis in batches, else locally. Never
 * blocks. Each command is bounded by the deadline; a check may wait for the batch ahead of it, and
 * for a second try.
 */
@Singleton
class RateEngine {

  private static final Logger LOG = Logger.getLogger(RateEngine.class);
  private static final Decision UNMATCHED = new Unmatched();

  private final RedisDoor door;
  private final Batchers batchers;
  private final Denials denials;
  private final LastReadings readings;
  private final LocalLimiter local;
  private final MergeBack mergeBack;
  private final RedisClock clock;

  RateEngine(
      RedisDoor door,
      Batchers batchers,
      Denials denials,
      LastReadings readings,
      LocalLimiter local,
      MergeBack mergeBack,
      RedisClock clock) {
    this.door = door;
    this.batchers = batchers;
    this.denials = denials;
    this.readings = readings;
    this.local = local;
    this.mergeBack = mergeBack;
    this.clock = clock;
  }

  /** Decides a check by these policies. Never fails. */
  Future<Decision> decide(Check check, RuleSet policies) {
    Match match = policies.match(check.tier(), check.endpoint());
    if (match.isEmpty()) {
      return Future.succeededFuture(UNMATCHED);
    }
    Optional<Counted> remembered = denials.find(check, match);
    if (remembered.isPresent()) {
      return Future.succeededFuture(metered(remembered.get()));
    }
    BatchEntry entry = BatchEntry.check(check, match);
    if (!door.available(entry.keys().getFirst())) {
      return Future.succeededFuture(locally(check, match));
    }
    mergeBack.merge(check.subject());
    if (!check.asks()) {
      // checks that come right after it are to find what it gives back
      denials.forget(check.subject());
    }
    batchers.submit(entry);
    return entry
        .answer()
        .future()
        .map(verdicts -> byRedis(check, match, verdicts))
        .otherwise(
            cause -> {
              LOG.debugf("Counted locally: %s", cause.getMessage());
              return locally(check, match);
            });
  }

  /** Decides checks in their order. Never fails. */
  Future<List<Decision>> decide(List<Check> checks, RuleSet policies) {
    List<Future<Decision>> decisions = new ArrayList<>(checks.size());
    for (Check check : checks) {
      decisions.add(decide(check, policies));
    }
    return Future.all(decisions).map(CompositeFuture::list);
  }

  private Decision byRedis(Check check, Match match, List<Verdict> verdicts) {
    Counted counted = new Counted(check, verdicts, Source.REDIS);
    readings.remember(check.subject(), verdicts, clock.now());
    if (check.asks()) {
      denials.remember(counted, match);
    } else {
      denials.forget(check.subject());
    }
    return metered(counted);
  }

  private Decision locally(Check check, Match match) {
    List<String> denying =
        match.rules().stream()
            .filter(rule -> rule.enforced() && rule.policy().onOutage() == OnOutage.DENY)
            .map(rule -> rule.policy().name())
            .toList();
    if (!denying.isEmpty()) {
      return new Refused(check, denying);
    }
    return metered(new Counted(check, local.decide(check, match, clock.now()), Source.LOCAL));
  }

  private static Decision metered(Counted counted) {
    if (counted.check().cost() > 0) {
      boolean allowed = counted.allowed();
      for (Verdict verdict : counted.verdicts()) {
        verdict.meter(allowed, counted.source());
      }
    }
    return counted;
  }

  /** Starts the counters of a subject afresh; in Redis when it is back, if it is away. */
  Future<Void> startAfresh(Key subject, List<Rule> rules) {
    if (rules.isEmpty()) {
      return Future.succeededFuture();
    }
    mergeBack.merge(subject);
    BatchEntry entry = BatchEntry.afresh(subject, rules);
    batchers.submit(entry);
    return entry
        .answer()
        .future()
        .<Void>mapEmpty()
        .otherwise(
            cause -> {
              local.startAfresh(subject, rules);
              return null;
            })
        .onComplete(
            done -> {
              denials.forget(subject);
              readings.forget(subject);
            });
  }
}
