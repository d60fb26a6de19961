package botbot.ratelimit;

import botbot.access.ShortBodies;
import botbot.access.ShortBodies.Call;
import botbot.access.ShortWay;
import botbot.http.ProblemWriter;
import botbot.http.RequestIds;
import botbot.ratelimit.policy.InForce;
import botbot.ratelimit.policy.PoliciesInForce;
import botbot.ratelimit.rule.RuleSet;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.function.Predicate;

/**
 * The short way to a check, which is what callers make before everything they do, and to several
 * together: a plain, well-formed request of a caller who may make it is answered at once.
 * Everything else goes on to {@link RateCheckResource}, which says what is wrong with it.
 */
@Singleton
final class CheckRoute {

  /** How a valid body is answered. */
  private interface Decider<B> {

    Future<CheckResponse> decide(B body, RuleSet set, RoutingContext context);
  }

  private final ShortWay access;
  private final ShortBodies bodies;
  private final PoliciesInForce policies;
  private final RateEngine engine;
  private final ProblemWriter problems;
  private final ObjectWriter writer;

  @Inject
  CheckRoute(
      ShortWay access,
      ShortBodies bodies,
      PoliciesInForce policies,
      RateEngine engine,
      ProblemWriter problems,
      ObjectMapper mapper) {
    this.access = access;
    this.bodies = bodies;
    this.policies = policies;
    this.engine = engine;
    this.problems = problems;
    this.writer = mapper.writer();
  }

  void register(@Observes Router router) {
    route(router, RateCheckResource.PATH, CheckBody.class, CheckBody::isValid, this::one);
    route(router, RateCheckResource.BATCH_PATH, BatchBody.class, BatchBody::isValid, this::several);
  }

  private <B> void route(
      Router router, String path, Class<B> type, Predicate<B> valid, Decider<B> decider) {
    bodies.answer(
        router.post(path),
        ShortBodies.JSON,
        type,
        request -> policies.current() != null,
        valid,
        (call, body) -> decide(call, body, decider));
  }

  private <B> Future<Boolean> decide(Call call, B body, Decider<B> decider) {
    InForce known = policies.current();
    if (known == null) {
      return Future.succeededFuture(false);
    }
    access.answered(call.space());
    return decider
        .decide(body, known.of(call.space()), call.context())
        .map(
            answer -> {
              write(call.context().response(), answer);
              return true;
            })
        .otherwise(
            refusal -> {
              problems.write(call.context(), refusal);
              return true;
            });
  }

  private Future<CheckResponse> one(CheckBody body, RuleSet set, RoutingContext context) {
    return engine
        .decide(body.check(set.space()), set)
        .map(decision -> CheckResponse.of(decision, () -> RequestIds.of(context.request())));
  }

  private Future<CheckResponse> several(BatchBody body, RuleSet set, RoutingContext context) {
    return engine.decide(body.checks(set.space()), set).map(CheckResponse::of);
  }

  private void write(HttpServerResponse response, CheckResponse answer) {
    response.setStatusCode(answer.status()).putHeader(HttpHeaders.CONTENT_TYPE, answer.mediaType());
    answer.headers().forEach(response::putHeader);
    response.end(Buffer.buffer(json(answer.body())));
  }

  private byte[] json(Object body) {
    try {
      return writer.writeValueAsBytes(body);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
