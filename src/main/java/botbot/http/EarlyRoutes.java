package botbot.http;

import botbot.http.json.Limits;
import botbot.http.patch.Patch;
import botbot.http.problem.BadInput;
import botbot.http.problem.Missing;
import botbot.http.problem.ProblemException;
import botbot.http.problem.TooLarge;
import botbot.http.problem.Violation;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of every request before it is known whose it is: its path, its query parameters,
 * the length and coding of its body. Answers OPTIONS, and whatever fails outside of a resource.
 */
@ApplicationScoped
class EarlyRoutes {

  private static final Set<HttpMethod> WITHOUT_CONTENT =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE);

  /**
   * After the framework's filter of CORS at -300, which answers preflights and says who may read
   * the answers; before its security at -200.
   */
  private static final int AFTER_CORS = -290;

  private final Limits limits;
  private final AllowedMethods allowed;
  private final Parameters parameters;
  private final ProblemWriter problems;
  private final RequestTimers timers;

  @Inject
  EarlyRoutes(
      Limits limits,
      AllowedMethods allowed,
      Parameters parameters,
      ProblemWriter problems,
      RequestTimers timers) {
    this.limits = limits;
    this.allowed = allowed;
    this.parameters = parameters;
    this.problems = problems;
    this.timers = timers;
  }

  void register(@Observes Router router) {
    // a path that cannot be decoded matches no route
    router.errorHandler(400, context -> problems.write(context, malformed()));
    router.route().order(AFTER_CORS).handler(this::receive).failureHandler(this::failed);
    router.route("/v1/*").method(HttpMethod.OPTIONS).order(AFTER_CORS + 1).handler(this::options);
  }

  private void receive(RoutingContext context) {
    HttpServerRequest request = context.request();
    String target = request.uri();
    ProblemException refusal = refusalOf(target);
    if (refusal == null && target.indexOf(';') >= 0) {
      context.reroute(RequestTarget.withoutSemicolons(target));
      return;
    }
    timers.start(context);
    if (refusal == null && request.query() != null) {
      refusal = refusalOfParameters(context);
    }
    if (refusal == null) {
      refusal = refusalOfBody(request);
    }
    if (refusal != null) {
      problems.write(context, refusal);
      return;
    }
    // content of these methods has no meaning (RFC 9110, 9.3): its type is no reason to refuse
    if (WITHOUT_CONTENT.contains(request.method())) {
      request.headers().remove(HttpHeaders.CONTENT_TYPE);
    }
    context.next();
  }

  private static @Nullable ProblemException refusalOf(String target) {
    return switch (RequestTarget.faultOf(target)) {
      case NONE -> null;
      case MALFORMED -> malformed();
      case DOT_SEGMENT -> new BadInput("path", "must have no segment . or ..");
      case EMPTY_SEGMENT -> new Missing("There is no such path.");
    };
  }

  private static BadInput malformed() {
    return BadInput.unreadable(
        "The path or query has a character that must be, or is badly, percent-encoded.");
  }

  private @Nullable ProblemException refusalOfParameters(RoutingContext context) {
    List<Violation> violations = parameters.violations(context);
    return violations.isEmpty() ? null : new BadInput(violations);
  }

  private @Nullable ProblemException refusalOfBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // the server has checked that it is a number; more than 18 digits are too many in any case
    if (length != null && (length.length() > 18 || Long.parseLong(length) > limits.body())) {
      return tooLarge(request);
    }
    String coding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (coding == null
        || coding.strip().equalsIgnoreCase("identity")
        || WITHOUT_CONTENT.contains(request.method())) {
      return null;
    }
    return new ProblemException(415, "The body must not be compressed.")
        .header("Accept-Encoding", "identity");
  }

  private ProblemException tooLarge(HttpServerRequest request) {
    ProblemException refusal = new TooLarge(limits.body());
    // HTTP/2 knows no such field, and ends the stream alone
    return request.version() == HttpVersion.HTTP_2
        ? refusal
        : refusal.header("Connection", "close");
  }

  private void options(RoutingContext context) {
    String path = context.request().path();
    String methods = path == null ? "" : allowed.at(path);
    if (methods.isEmpty()) {
      context.next();
      return;
    }
    if (methods.contains("PATCH")) {
      context.response().putHeader("Accept-Patch", Patch.MEDIA_TYPES);
    }
    context.response().setStatusCode(204).putHeader(HttpHeaders.ALLOW, methods).end();
  }

  /**
   * What fails outside of every resource: an operational path without its role, a request that is
   * no HTTP.
   */
  private void failed(RoutingContext context) {
    Throwable fault = context.failure();
    int status = context.statusCode();
    if (context.response().ended()) {
      return;
    }
    if (fault instanceof VertxException) {
      // no Host, a path that cannot be decoded, a connection that broke off
      problems.write(context, BadInput.unreadable("The request is not valid HTTP."));
    } else if (fault != null) {
      problems.write(context, fault);
    } else {
      problems.write(context, new ProblemException(status, ProblemException.titleOf(status) + "."));
    }
  }
}
