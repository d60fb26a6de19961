package botbot.operations;

import botbot.operations.LatencyWindow.Sample;
import botbot.operations.Status.CacheCounts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an instance has counted since its start.
 *
 * @param nanoTime when, as {@link System#nanoTime} has it
 * @param requests and how long they took
 * @param denied checks that a policy denied
 * @param caches reads of each
 */
record Counts(long nanoTime, Sample requests, double denied, Map<String, CacheCounts> caches) {

  static Counts now(MeterRegistry meters, Map<String, CacheCounts> caches) {
    return new Counts(System.nanoTime(), requests(meters), denied(meters), caches);
  }

  private static Sample requests(MeterRegistry meters) {
    NavigableMap<Double, Double> buckets = new TreeMap<>();
    double all = 0;
    for (Timer timer : meters.find("http.server.requests").timers()) {
      if (keepsWatch(timer.getId().getTag("uri"))) {
        continue;
      }
      all += timer.count();
      for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
        buckets.merge(bucket.bucket(TimeUnit.NANOSECONDS) / 1e9, bucket.count(), Double::sum);
      }
    }
    return new Sample(buckets, all);
  }

  /** Who looks at an idle instance should see that it is idle. */
  private static boolean keepsWatch(@Nullable String route) {
    return route != null && (route.startsWith("/v1/status") || route.startsWith("/v1/console"));
  }

  private static double denied(MeterRegistry meters) {
    return meters.find("botbot.rate.checks").tag("outcome", "denied").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
