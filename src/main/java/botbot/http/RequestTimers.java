package botbot.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Times the requests of callers, by method, route and status, under the name and labels that the
 * framework's own timer has: that one costs a request several times as much. What callers choose is
 * no label: the routes are those of the OpenAPI document of the build, and the methods are few.
 */
@Singleton
final class RequestTimers {

  private static final String NAME = "http.server.requests";

  /** What keeps watch, and the console's own files, are no traffic. */
  private static final String CONSOLE = "/console";

  private static final String UNKNOWN = "UNKNOWN";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS");

  /** Few buckets: there is a histogram for each route and status. */
  private static final Duration[] BOUNDS =
      LongStream.of(2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  /** The status is 0 where the caller did not wait for one. */
  private record Labels(String method, @Nullable String route, int status) {}

  private final Routes routes;
  private final MeterRegistry meters;
  private final Map<Labels, Timer> timers = new ConcurrentHashMap<>();

  RequestTimers(Routes routes, MeterRegistry meters) {
    this.routes = routes;
    this.meters = meters;
  }

  /** Times a request from now on until it ends. */
  void start(RoutingContext context) {
    HttpServerRequest request = context.request();
    String path = request.path();
    if (path == null || path.startsWith(RequestTarget.OPERATION) || path.startsWith(CONSOLE)) {
      return;
    }
    long begun = System.nanoTime();
    context.addEndHandler(
        ended -> {
          long took = System.nanoTime() - begun;
          int status = ended.succeeded() ? context.response().getStatusCode() : 0;
          Labels labels = new Labels(method(request), routes.template(path), status);
          timers.computeIfAbsent(labels, this::register).record(took, TimeUnit.NANOSECONDS);
        });
  }

  /** One that callers make up would be kept for ever. */
  private static String method(HttpServerRequest request) {
    String name = request.method().name();
    return METHODS.contains(name) ? name : "OTHER";
  }

  private Timer register(Labels labels) {
    int status = labels.status();
    return Timer.builder(NAME)
        .description("HTTP requests of callers")
        .tag("method", labels.method())
        .tag("uri", labels.route() == null ? UNKNOWN : labels.route())
        .tag("status", status == 0 ? UNKNOWN : String.valueOf(status))
        .tag("outcome", outcome(status))
        .serviceLevelObjectives(BOUNDS)
        .register(meters);
  }

  private static String outcome(int status) {
    return switch (status / 100) {
      case 1 -> "INFORMATIONAL";
      case 2 -> "SUCCESS";
      case 3 -> "REDIRECTION";
      case 0, 4 -> "CLIENT_ERROR";
      default -> "SERVER_ERROR";
    };
  }
}
