package botbot.ratelimit.local;

import botbot.ratelimit.batch.BatchEntry;
import botbot.ratelimit.batch.BatchEntry.Sum;
import botbot.ratelimit.counter.Counter;
import botbot.ratelimit.counter.Limit;
import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.rule.Policy;
import botbot.ratelimit.rule.Rule;
import botbot.space.Key;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A counter that stands in for one in Redis, and what Redis is to be told of it. Not safe for use
 * by several threads.
 */
final class LocalCounter {

  /**
   * What Redis is to be told, as often as it takes.
   *
   * @param afresh whether the counter in Redis is to be forgotten before, once
   * @param asOf how often the ledger had been written to
   */
  record Addition(Key subject, LocalCounter counter, boolean afresh, List<Sum> sums, long asOf) {

    /** In the words of a batch. */
    BatchEntry entry() {
      BatchEntry.Addition addition = new BatchEntry.Addition(counter.marker(), sums);
      return BatchEntry.addition(counter.rule, counter.key, afresh, addition);
    }
  }

  private final Rule rule;
  private final String key;
  private final boolean afresh;
  private final Counter counter;
  private final Ledger ledger;
  private final String token = UUID.randomUUID().toString();
  private boolean underWay;

  /** {@code afresh} says that the counter in Redis is to be forgotten. */
  LocalCounter(Rule rule, String key, boolean afresh) {
    Policy policy = rule.policy();
    this.rule = rule;
    this.key = key;
    this.afresh = afresh;
    this.counter = Counter.of(policy.algorithm(), rule.limit(), rule.phase(key));
    this.ledger = Ledger.of(policy.algorithm(), policy.windowMs(), rule.phase(key));
  }

  /** Goes on from what the counter in Redis said last, of which Redis is not told. */
  void resume(LastReadings.Last last) {
    counter.resume(last.reading(), last.atMs());
  }

  String key() {
    return key;
  }

  /** The key under which Redis remembers what of this counter was added to its own. */
  private String marker() {
    return key + ":" + token;
  }

  Reading read(Limit limit, long now, long cost) {
    return counter.read(limit, now, cost);
  }

  void charge(long now, long cost) {
    counter.charge(now, cost);
    ledger.charge(now, cost);
  }

  void refund(long now, long cost) {
    counter.refund(now, cost);
    ledger.refund(now, cost);
  }

  /** Whether Redis need not know of it. */
  boolean isIdle(long now) {
    return !underWay && !afresh && ledger.sums(now).isEmpty();
  }

  /** What Redis is to be told; empty while that is under way. */
  Optional<Addition> handOver(Key subject, long now) {
    if (underWay) {
      return Optional.empty();
    }
    underWay = true;
    return Optional.of(new Addition(subject, this, afresh, ledger.sums(now), ledger.changes()));
  }

  /** An addition was answered or has failed; true if Redis knows all there is to know. */
  boolean isDone(Addition addition, boolean succeeded) {
    underWay = false;
    return succeeded && addition.asOf() == ledger.changes();
  }
}
