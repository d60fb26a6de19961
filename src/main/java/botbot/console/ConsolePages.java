package botbot.console;

import botbot.console.ConsoleFile.Form;
import io.quarkus.runtime.LaunchMode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the console's files at {@code /console/}, to everybody: they hold no data. Each is read
 * when it is first asked for and then kept, so that a start costs nothing for it.
 */
@Singleton
final class ConsolePages {

  private static final String ROOT = "/console/";
  private static final String INDEX = "index.html";

  /**
   * Scripts, styles and calls of this origin alone, nothing inline, in nobody's frame; and only lit
   * makes elements of text, by a policy that other code has no part in.
   */
  private static final String POLICY =
      "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self';"
          + " object-src 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

  private static final Map<String, String> FIELDS =
      Map.of(
          "Content-Security-Policy", POLICY,
          "X-Content-Type-Options", "nosniff",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Cache-Control", "no-cache, no-transform",
          "Vary", "Accept-Encoding");

  /** The coding, unless it is refused by a weight of 0. */
  private static final Pattern GZIP =
      Pattern.compile("\\bgzip\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))");

  private final ConsoleConfig config;
  private final Vertx vertx;
  private final Map<String, ConsoleFile> known = new ConcurrentHashMap<>();

  ConsolePages(ConsoleConfig config, Vertx vertx) {
    this.config = config;
    this.vertx = vertx;
  }

  void register(@Observes Router router) {
    if (!config.enabled()) {
      return;
    }
    router.route(ROOT + "*").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::serve);
  }

  private void serve(RoutingContext context) {
    String whole = context.normalizedPath();
    if (whole.length() < ROOT.length()) {
      // what the page names is relative to the folder
      context.response().setStatusCode(308).putHeader(HttpHeaders.LOCATION, ROOT).end();
      return;
    }
    String path = whole.substring(ROOT.length());
    file(path.isEmpty() ? INDEX : path)
        .onSuccess(
            found -> {
              if (found == null) {
                context.next();
              } else {
                answer(context, found);
              }
            })
        .onFailure(context::fail);
  }

  private Future<@Nullable ConsoleFile> file(String name) {
    ConsoleFile kept = known.get(name);
    return kept == null
        ? vertx.<@Nullable ConsoleFile>executeBlocking(() -> read(name), false)
        : Future.<@Nullable ConsoleFile>succeededFuture(kept);
  }

  private @Nullable ConsoleFile read(String name) {
    ConsoleFile file = ConsoleFile.read(name).orElse(null);
    // whoever works on the console wants to see the file as it is now
    if (file != null && !LaunchMode.current().isDev()) {
      known.put(name, file);
    }
    return file;
  }

  private static void answer(RoutingContext context, ConsoleFile file) {
    HttpServerRequest request = context.request();
    HttpServerResponse response = context.response();
    FIELDS.forEach(response::putHeader);
    boolean gzip = takesGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
    Form form = gzip ? file.compressed() : file.plain();
    response.putHeader(HttpHeaders.ETAG, form.etag());
    if (isKnown(request.getHeader(HttpHeaders.IF_NONE_MATCH), form.etag())) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, file.type());
    if (gzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    response.end(form.content());
  }

  private static boolean takesGzip(@Nullable String codings) {
    return codings != null && GZIP.matcher(codings).find();
  }

  /** A proxy that compresses may have weakened the tag. */
  private static boolean isKnown(@Nullable String tags, String etag) {
    return tags != null && (tags.contains(etag) || tags.strip().equals("*"));
  }
}
