package botbot.http;

import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * What is answered outside of every resource: bodies announced as too long, OPTIONS, and early
 * failures.
 */
@ApplicationScoped
class EarlyRoutes {

  private static final Set<HttpMethod> WITHOUT_CONTENT =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE);

  private final Limits limits;
  private final AllowedMethods allowed;
  private final ProblemWriter problems;

  @Inject
  EarlyRoutes(Limits limits, AllowedMethods allowed, ProblemWriter problems) {
    this.limits = limits;
    this.allowed = allowed;
    this.problems = problems;
  }

  void register(@Observes Router router) {
    // a path that cannot be decoded matches no route
    router.errorHandler(400, context -> problems.write(context, malformed()));
    router
        .route()
        .order(Integer.MIN_VALUE)
        .handler(this::refuseMalformed)
        .handler(this::refuseTooLarge)
        .handler(this::ignoreContentOfReads)
        .failureHandler(this::failed);
    router
        .route("/v1/*")
        .method(HttpMethod.OPTIONS)
        .order(Integer.MIN_VALUE + 1)
        .handler(this::options);
  }

  private void refuseMalformed(RoutingContext context) {
    if (isMalformed(context.request().uri())) {
      problems.write(context, malformed());
    } else {
      context.next();
    }
  }

  /** Names have no semicolon, and the framework would drop what follows one. */
  private static boolean isMalformed(String uri) {
    try {
      String path = new URI(uri).getRawPath();
      return path == null || path.indexOf(';') >= 0;
    } catch (URISyntaxException malformed) {
      return true;
    }
  }

  private static BadInput malformed() {
    return BadInput.unreadable(
        "The path or query has a character that must be, or is badly, percent-encoded.");
  }

  private void refuseTooLarge(RoutingContext context) {
    String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    // the server has checked that it is a number; more than 18 digits are too many in any case
    if (length != null && (length.length() > 18 || Long.parseLong(length) > limits.body())) {
      problems.write(context, new TooLarge(limits.body()).header("Connection", "close"));
    } else {
      context.next();
    }
  }

  /**
   * Content of these methods has no meaning (RFC 9110, 9.3), so its type is no reason to refuse.
   */
  private void ignoreContentOfReads(RoutingContext context) {
    if (WITHOUT_CONTENT.contains(context.request().method())) {
      context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
    }
    context.next();
  }

  private void options(RoutingContext context) {
    String methods = allowed.at(context.request().path());
    if (methods.isEmpty()) {
      context.next();
      return;
    }
    if (methods.contains("PATCH")) {
      context.response().putHeader("Accept-Patch", MergePatch.MEDIA_TYPE);
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
      problems.write(context, Faults.explain(fault));
    } else {
      problems.write(context, new ProblemException(status, ProblemException.titleOf(status) + "."));
    }
  }
}
