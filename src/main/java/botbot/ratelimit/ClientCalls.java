package botbot.ratelimit;

import botbot.access.Caller;
import botbot.access.SelfProtection;
import botbot.ratelimit.Decision.Counted;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/**
 * Rate-checks a client's own calls: subject {@code client:<name>}, its tier, endpoint {@code api}.
 * Lets them pass while no policies are known, and where a policy denies because Redis is away: that
 * is for checks, and no other call fails because of Redis.
 */
@ApplicationScoped
class ClientCalls implements SelfProtection {

  private static final String ENDPOINT = "api";

  private final PoliciesInForce policies;
  private final RateEngine engine;

  @Inject
  ClientCalls(PoliciesInForce policies, RateEngine engine) {
    this.policies = policies;
    this.engine = engine;
  }

  @Override
  public Uni<Void> admit(Caller client) {
    RuleSet known = policies.current();
    String tier = client.tier().orElse(Check.NONE);
    if (known == null || known.match(tier, ENDPOINT).isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Check check = new Check("client:" + client.name(), tier, ENDPOINT, 1);
    return UniHelper.toUni(engine.decide(check, known).map(ClientCalls::pass));
  }

  private static @Nullable Void pass(Decision decision) {
    if (decision instanceof Counted counted && counted.isDenial()) {
      throw QuotaExceeded.ofClient(counted);
    }
    return null;
  }
}
