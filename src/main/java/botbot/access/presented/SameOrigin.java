package botbot.access.presented;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a browser sends a request for a page of this service, or for another one that wants to
 * act in its user's name. A page can neither set nor suppress the fields that say so (Fetch
 * Metadata; RFC 6454, section 7).
 */
final class SameOrigin {

  private static final CharSequence SITE = HttpHeaders.createOptimized("Sec-Fetch-Site");
  private static final String SAME = "same-origin";

  private static final Pattern ORIGIN =
      Pattern.compile("(https?)://((\\[[^]]+]|[^:/]+)(?::\\d+)?)");

  /** Hosts that are reached without a network. */
  private static final Pattern LOCAL =
      Pattern.compile("(?i)(?:[a-z0-9-]+\\.)*localhost|127(?:\\.\\d{1,3}){3}|\\[::1]");

  private SameOrigin() {}

  /** Whether the browser says that a page of this service asks. */
  static boolean isSaid(HttpServerRequest request) {
    String site = request.getHeader(SITE);
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return site == null ? origin != null && isOwn(request, origin) : site.equals(SAME);
  }

  /** Whether the browser says that something else asks. What says nothing is no browser. */
  static boolean isDenied(HttpServerRequest request) {
    return !isSaid(request)
        && (request.headers().contains(SITE) || request.headers().contains(HttpHeaders.ORIGIN));
  }

  /**
   * Whether the browser reaches this service by plain HTTP over a network, where others could read
   * along. It then sends no {@code Sec-Fetch-Site}; behind a proxy that ends TLS it knows of HTTPS.
   */
  static boolean isExposed(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    Matcher matcher = origin == null ? null : ORIGIN.matcher(origin);
    return matcher != null
        && matcher.matches()
        && matcher.group(1).equals("http")
        && !LOCAL.matcher(matcher.group(3)).matches();
  }

  /** Compared without the scheme: a proxy that ends TLS hides it from this service. */
  private static boolean isOwn(HttpServerRequest request, String origin) {
    Matcher matcher = ORIGIN.matcher(origin);
    return matcher.matches() && matcher.group(2).equalsIgnoreCase(host(request));
  }

  private static @Nullable String host(HttpServerRequest request) {
    return request.authority() == null ? null : request.authority().toString();
  }
}
