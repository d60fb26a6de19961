package botbot.operations;

import botbot.operations.meter.LatencyWindow;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What an instance has had to do of late. Calls that keep watch, of {@code /q}, {@code /v1/status}
 * and the console, are left out.
 *
 * @param p99Ms what 99 of 100 requests took at most, at most 2500; absent without any
 * @param deniedPerSecond checks that a policy denied
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
@Schema(requiredProperties = {"requestsPerSecond", "deniedPerSecond"})
record Traffic(double requestsPerSecond, @Nullable Double p99Ms, double deniedPerSecond) {

  /** What came between two countings. */
  static Traffic between(Counts before, Counts after) {
    double seconds = (after.nanoTime() - before.nanoTime()) / 1e9;
    double requests = after.requests().all() - before.requests().all();
    // the counters of a deleted policy are gone, so that the sum may fall
    double denied = Math.max(0, after.denied() - before.denied());
    return new Traffic(
        rounded(requests / seconds), percentile(before, after), rounded(denied / seconds));
  }

  private static @Nullable Double percentile(Counts before, Counts after) {
    LatencyWindow window = new LatencyWindow(2, 1);
    window.add(before.requests());
    window.add(after.requests());
    double seconds = window.percentile(0.99);
    if (Double.isNaN(seconds)) {
      return null;
    }
    // above the last bound nothing is known but that
    return rounded(Math.min(seconds, after.requests().buckets().lastKey()) * 1e3);
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
