package botbot.access.presented;

import botbot.console.ConsoleConfig;
import botbot.http.problem.ProblemException;
import io.quarkus.security.AuthenticationFailedException;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the key from a request, for all who ask whose it is: from {@code Authorization: Bearer}
 * (RFC 6750, section 2.1), or else from the cookie of the console.
 */
@Singleton
public final class PresentedKeys {

  /** Where a browser signs in and out, whatever cookie it still holds. */
  static final String SESSION = "/v1/console/session";

  private static final String SCHEME = "Bearer ";

  private final boolean cookies;
  private final InstantSource clock;

  @Inject
  PresentedKeys(ConsoleConfig console) {
    this(console.enabled(), InstantSource.system());
  }

  PresentedKeys(boolean cookies, InstantSource clock) {
    this.cookies = cookies;
    this.clock = clock;
  }

  /**
   * The key of a request, if it presents one. What is answered to a browser is not kept by it.
   *
   * @throws AuthenticationFailedException where the session of the cookie is over
   * @throws ProblemException 403 where a browser sends the cookie for a page of somebody else
   */
  public Optional<String> of(RoutingContext context) {
    String bearer = bearer(context.request());
    if (bearer != null) {
      return Optional.of(bearer);
    }
    Optional<ConsoleCookie> session = session(context.request());
    session.ifPresent(
        now ->
            context.addHeadersEndHandler(
                end ->
                    context
                        .response()
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")));
    return session.map(ConsoleCookie::key);
  }

  /** The key that a request bears, or null. */
  static @Nullable String bearer(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header.substring(SCHEME.length()).strip()
        : null;
  }

  /** The session that the cookie of a request is of, if it has one. Fails as {@link #of} does. */
  Optional<ConsoleCookie> session(HttpServerRequest request) {
    if (!cookies || !request.headers().contains(HttpHeaders.COOKIE) || signsInOrOut(request)) {
      return Optional.empty();
    }
    Cookie cookie = request.getCookie(ConsoleCookie.NAME);
    if (cookie == null) {
      return Optional.empty();
    }
    if (!SameOrigin.isSaid(request)) {
      throw new ProblemException(
          403,
          "The console's cookie counts in calls of its own pages alone, which a browser marks by"
              + " Sec-Fetch-Site: same-origin. Others bear a key.");
    }
    return Optional.of(
        ConsoleCookie.parse(cookie.getValue())
            .filter(session -> clock.instant().isBefore(session.expiresAt()))
            .orElseThrow(AuthenticationFailedException::new));
  }

  private static boolean signsInOrOut(HttpServerRequest request) {
    return SESSION.equals(request.path())
        && (request.method().equals(HttpMethod.POST) || request.method().equals(HttpMethod.DELETE));
  }
}
