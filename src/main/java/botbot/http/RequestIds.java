package botbot.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request an id for the log, or takes over the caller's {@code X-Request-Id} if it is a
 * name, and answers with it. A caller that traces ({@code traceparent}, W3C Trace Context) finds
 * its trace's id in the log too.
 */
@Singleton
public class RequestIds {

  private static final CharSequence HEADER = HttpHeaders.createOptimized("X-Request-Id");
  private static final CharSequence TRACE_PARENT = HttpHeaders.createOptimized("traceparent");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");
  private static final Pattern TRACE =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

  // unique over instances, and cheaper than a random number for each request
  private final String prefix = UUID.randomUUID().toString().substring(0, 8) + "-";
  private final AtomicLong count = new AtomicLong();

  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::identify);
  }

  /** The id which the answer to {@code request} carries. */
  public static String of(HttpServerRequest request) {
    return request.response().headers().get(HEADER);
  }

  private void identify(RoutingContext context) {
    String id = idOf(context.request().getHeader(HEADER));
    MDC.put("requestId", id);
    String trace = context.request().getHeader(TRACE_PARENT);
    if (trace != null) {
      trace(trace);
    }
    context.response().putHeader(HEADER, id);
    context.next();
  }

  private static void trace(String parent) {
    Matcher matcher = TRACE.matcher(parent);
    if (matcher.matches()) {
      MDC.put("traceId", matcher.group(1));
    }
  }

  private String idOf(@Nullable String given) {
    return given != null && NAME.matcher(given).matches()
        ? given
        : prefix + Long.toString(count.incrementAndGet(), 36);
  }
}
