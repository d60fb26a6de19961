package botbot.ratelimit;

import botbot.access.ShortWay;
import botbot.access.identity.Role;
import botbot.http.ProblemWriter;
import botbot.http.RequestIds;
import botbot.ratelimit.policy.InForce;
import botbot.ratelimit.policy.PoliciesInForce;
import botbot.space.Space;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
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
import org.jspecify.annotations.Nullable;

/**
 * The short way to a single check, which is what callers make before everything they do: a plain,
 * well-formed request of a caller who may make it is answered at once. Everything else goes on to
 * {@link RateCheckResource}, which says what is wrong with it.
 */
@Singleton
final class CheckRoute {

  private final ShortWay access;
  private final PoliciesInForce policies;
  private final RateEngine engine;
  private final ProblemWriter problems;
  private final ObjectReader reader;
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
    this.reader = mapper.readerFor(CheckBody.class);
    this.writer = mapper.writer();
  }

  void register(@Observes Router router) {
    router.post(RateCheckResource.PATH).order(ShortWay.ORDER).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    if (policies.current() == null || !isPlain(context.request())) {
      context.next();
      return;
    }
    context.request().body().onSuccess(body -> read(context, body)).onFailure(context::fail);
    context.request().resume();
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

  private void read(RoutingContext context, Buffer body) {
    ((RoutingContextInternal) context).setBody(body);
    Optional<CheckBody> check = check(body);
    if (check.isEmpty()) {
      context.next();
      return;
    }
    access.open(context, Role.FRONTEND).onSuccess(space -> decide(context, check.get(), space));
  }

  private Optional<CheckBody> check(Buffer body) {
    try {
      CheckBody read = reader.readValue(body.getBytes());
      return read != null && read.isValid() ? Optional.of(read) : Optional.empty();
    } catch (IOException notACheck) {
      return Optional.empty();
    }
  }

  private void decide(RoutingContext context, CheckBody check, @Nullable Space space) {
    InForce known = policies.current();
    if (space == null || known == null) {
      context.next();
      return;
    }
    access.answered(space);
    engine
        .decide(check.check(space), known.of(space))
        .map(decision -> CheckResponse.of(decision, () -> RequestIds.of(context.request())))
        .onSuccess(answer -> write(context.response(), answer))
        .onFailure(refusal -> problems.write(context, refusal));
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
