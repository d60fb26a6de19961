package botbot.ratelimit;

import botbot.access.ShortWay;
import botbot.access.identity.Role;
import botbot.http.ProblemWriter;
import botbot.http.RequestIds;
import botbot.ratelimit.policy.InForce;
import botbot.ratelimit.policy.PoliciesInForce;
import botbot.ratelimit.rule.RuleSet;
import botbot.space.Space;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
  private final PoliciesInForce policies;
  private final RateEngine engine;
  private final ProblemWriter problems;
  private final ObjectMapper mapper;
  private final ObjectWriter writer;

  @Inject
  CheckRoute(
      ShortWay access,
      PoliciesInForce policies,
      RateEngine engine,
      ProblemWriter problems,
      ObjectMapper mapper) {
    this.access = access;
    this.policies = policies;
    this.engine = engine;
    this.problems = problems;
    this.mapper = mapper;
    this.writer = mapper.writer();
  }

  void register(@Observes Router router) {
    route(router, RateCheckResource.PATH, CheckBody.class, CheckBody::isValid, this::one);
    route(router, RateCheckResource.BATCH_PATH, BatchBody.class, BatchBody::isValid, this::several);
  }

  private <B> void route(
      Router router, String path, Class<B> type, Predicate<B> valid, Decider<B> decider) {
    ObjectReader reader = mapper.readerFor(type);
    router
        .post(path)
        .order(ShortWay.ORDER)
        .handler(
            context -> {
              if (policies.current() == null || !isPlain(context.request())) {
                context.next();
                return;
              }
              context
                  .request()
                  .body()
                  .onSuccess(body -> open(context, body, read(reader, body, valid), decider))
                  .onFailure(context::fail);
              context.request().resume();
            });
  }

  /** Whether all that is to be known of the request is its key and its body. */
  private static boolean isPlain(HttpServerRequest request) {
    // what has been read of HTTP/2 cannot be handed on
    return request.version() != HttpVersion.HTTP_2
        && ShortWay.JSON.equals(request.getHeader(HttpHeaders.CONTENT_TYPE))
        && request.getHeader(HttpHeaders.CONTENT_LENGTH) != null
        && ShortWay.takesJson(request)
        && !request.headers().contains(HttpHeaders.EXPECT);
  }

  /** What the body says, if it is valid. */
  private static <B> Optional<B> read(ObjectReader reader, Buffer body, Predicate<B> valid) {
    try {
      return Optional.ofNullable(reader.<B>readValue(body.getBytes())).filter(valid);
    } catch (IOException notValid) {
      return Optional.empty();
    }
  }

  private <B> void open(RoutingContext context, Buffer raw, Optional<B> body, Decider<B> decider) {
    ((RoutingContextInternal) context).setBody(raw);
    if (body.isEmpty()) {
      context.next();
      return;
    }
    access
        .open(context, Role.FRONTEND)
        .onSuccess(space -> decide(context, body.get(), space, decider));
  }

  private <B> void decide(
      RoutingContext context, B body, @Nullable Space space, Decider<B> decider) {
    InForce known = policies.current();
    if (space == null || known == null) {
      context.next();
      return;
    }
    access.answered(space);
    decider
        .decide(body, known.of(space), context)
        .onSuccess(answer -> write(context.response(), answer))
        .onFailure(refusal -> problems.write(context, refusal));
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
