package botbot.operations.meter;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A percentile of what happened between the oldest and the newest of the last samples of a
 * cumulative histogram, interpolated within its bucket as Prometheus' histogram_quantile does.
 */
public final class LatencyWindow {

  /**
   * Counts since the start.
   *
   * @param buckets upper bound in seconds to the number at or below it
   * @param all the number of all, those above every bound included
   */
  public record Sample(NavigableMap<Double, Double> buckets, double all) {

    /** What these timers have counted together. */
    public static Sample of(Collection<Timer> timers) {
      NavigableMap<Double, Double> buckets = new TreeMap<>();
      double all = 0;
      for (Timer timer : timers) {
        all += timer.count();
        for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
          buckets.merge(bucket.bucket(TimeUnit.NANOSECONDS) / 1e9, bucket.count(), Double::sum);
        }
      }
      return new Sample(buckets, all);
    }
  }

  private final int length;
  private final double least;
  private final Deque<Sample> samples = new ArrayDeque<>();

  /** A window of {@code length} samples, which says nothing of fewer than {@code least} events. */
  public LatencyWindow(int length, int least) {
    this.length = length;
    this.least = least;
  }

  /** The newest sample; the oldest goes where the window was full. */
  public void add(Sample sample) {
    samples.addLast(sample);
    if (samples.size() > length) {
      samples.removeFirst();
    }
  }

  void clear() {
    samples.clear();
  }

  /**
   * Seconds that {@code share} of the events stayed below, or NaN while the window is not full or
   * there were too few events.
   */
  public double percentile(double share) {
    if (samples.size() < length) {
      return Double.NaN;
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    double all = last.all() - first.all();
    if (all < least) {
      return Double.NaN;
    }
    double rank = share * all;
    double below = 0;
    double lower = 0;
    for (var bucket : new TreeMap<>(last.buckets()).entrySet()) {
      double count = bucket.getValue() - first.buckets().getOrDefault(bucket.getKey(), 0.0);
      if (count >= rank) {
        return lower + (bucket.getKey() - lower) * (rank - below) / Math.max(1, count - below);
      }
      below = count;
      lower = bucket.getKey();
    }
    return Double.POSITIVE_INFINITY;
  }
}
