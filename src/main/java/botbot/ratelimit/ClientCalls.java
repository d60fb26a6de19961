package botbot.ratelimit;

import botbot.access.SelfProtection;
import botbot.access.identity.Caller;
import botbot.ratelimit.Decision.Counted;
import botbot.ratelimit.policy.InForce;
import botbot.ratelimit.policy.PoliciesInForce;
import botbot.ratelimit.rule.Check;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rate-checks a client's own calls: subject {@code client:<name>}, its tier, endpoint {@code api}.
 * Lets them pass while no policies are known, and where a policy denies because Redis is away: that
 * is for checks, and no other call fails because of Redis.
 */
@ApplicationScoped
class ClientCalls implements SelfProtection {

  private static final String ENDPOINT = "api";
  private static final Uni<Map<String, String>> FREE = Uni.createFrom().item(Map.of());

  private final PoliciesInForce policies;
  private final RateEngine engine;

  @Inject
  ClientCalls(PoliciesInForce policies, RateEngine engine) {
    this.policies = policies;
    this.engine = engine;
  }

  @Override
  public boolean concerns(Caller client) {
    InForce known = policies.current();
    return known == null ? policies.areKnown() : concerns(client, known);
  }

  private static boolean concerns(Caller client, InForce known) {
    return !known.of(client.home()).match(tier(client), ENDPOINT).isEmpty();
  }

  @Override
  public Uni<Map<String, String>> admit(Caller client) {
    InForce known = policies.current();
    if (known != null) {
      return concerns(client, known) ? UniHelper.toUni(admit(client, known)) : FREE;
    }
    return policies.areKnown()
        ? UniHelper.toUni(policies.read().compose(read -> admit(client, read)))
        : FREE;
  }

  private Future<Map<String, String>> admit(Caller client, InForce known) {
    Check check =
        new Check(client.home().key("client:" + client.name()), tier(client), ENDPOINT, 1);
    return engine.decide(check, known.of(client.home())).map(ClientCalls::pass);
  }

  private static String tier(Caller client) {
    return client.tier().orElse(Check.NONE);
  }

  private static Map<String, String> pass(Decision decision) {
    if (!(decision instanceof Counted counted)) {
      return Map.of();
    }
    if (counted.isDenial()) {
      throw QuotaExceeded.ofClient(counted);
    }
    Map<String, String> fields = new LinkedHashMap<>();
    RateLimitFields.add(counted.verdicts(), fields::put);
    return fields;
  }
}
