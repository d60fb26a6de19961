package botbot.operations;

import botbot.operations.Status.CacheCounts;
import botbot.operations.meter.LatencyWindow.Sample;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an instance has counted since its start.
 *
 * @param nanoTime when, as {@link System#nanoTime} has it
 * @param requests how many came, and how long they took
 * @param denied checks that a policy denied
 * @param caches reads of each
 */
record Counts(long nanoTime, Sample requests, double denied, Map<String, CacheCounts> caches) {

  static Counts now(MeterRegistry meters, Map<String, CacheCounts> caches) {
    return new Counts(System.nanoTime(), requests(meters), denied(meters), caches);
  }

  private static Sample requests(MeterRegistry meters) {
    return Sample.of(
        meters.find("http.server.requests").timers().stream()
            .filter(timer -> !keepsWatch(timer.getId().getTag("uri")))
            .toList());
  }

  /** Who looks at an idle instance should see that it is idle. */
  private static boolean keepsWatch(@Nullable String route) {
    return route != null && (route.startsWith("/v1/status") || route.startsWith("/v1/console"));
  }

  private static double denied(MeterRegistry meters) {
    return meters.find("botbot.rate.denied").functionCounters().stream()
        .mapToDouble(FunctionCounter::count)
        .sum();
  }
}
