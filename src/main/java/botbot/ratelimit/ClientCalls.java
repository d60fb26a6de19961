package botbot.ratelimit;

import botbot.access.Caller;
import botbot.access.SelfProtection;
import botbot.ratelimit.Decision.Counted;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
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
    return known != null && !known.of(client.home()).match(tier(client), ENDPOINT).isEmpty();
  }

  @Override
  public Uni<Map<String, String>> admit(Caller client) {
    InForce known = policies.current();
    if (known == null || !concerns(client)) {
      return Uni.createFrom().item(Map.of());
    }
    Check check =
        new Check(client.home().key("client:" + client.name()), tier(client), ENDPOINT, 1);
    return UniHelper.toUni(engine.decide(check, known.of(client.home())).map(ClientCalls::pass));
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
