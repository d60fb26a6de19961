package botbot.ratelimit;

import botbot.erasure.RateLimits;
import botbot.ratelimit.policy.InForce;
import botbot.ratelimit.policy.PoliciesInForce;
import botbot.ratelimit.policy.PolicyTable;
import botbot.space.Key;
import botbot.space.Space;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import jakarta.inject.Singleton;

/** What an erasure ends: a subject's counters, and the policies of a space. */
@Singleton
class ErasedLimits implements RateLimits {

  private final PoliciesInForce policies;
  private final PolicyTable table;
  private final RateEngine engine;

  ErasedLimits(PoliciesInForce policies, PolicyTable table, RateEngine engine) {
    this.policies = policies;
    this.table = table;
    this.engine = engine;
  }

  @Override
  public Uni<Void> forget(Key subject) {
    // where they are not known, the sweep of Redis deletes the counters
    return policies.areKnown()
        ? UniHelper.toUni(policies.read().compose(known -> forget(subject, known)))
        : Uni.createFrom().voidItem();
  }

  private Future<Void> forget(Key subject, InForce known) {
    return engine.startAfresh(subject, known.of(subject.space()).rules());
  }

  @Override
  public void deletePolicies(Space space) {
    table.deleteAll(space);
  }
}
