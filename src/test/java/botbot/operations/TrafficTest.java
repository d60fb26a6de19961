package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import botbot.operations.Status.CacheCounts;
import botbot.operations.meter.LatencyWindow.Sample;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrafficTest {

  private final Counts before = counts(0, 10, 10, 100, Map.of("a", new CacheCounts(10, 10)));

  @Test
  void ratesAreOfTheTimeBetween() {
    Traffic traffic = Traffic.between(before, counts(5, 60, 60, 110, Map.of()));
    assertEquals(10, traffic.requestsPerSecond());
    assertEquals(2, traffic.deniedPerSecond());
  }

  @Test
  void thePercentileIsThatOfTheRequestsBetween() {
    // half of the new ones are within the first bound
    Traffic traffic = Traffic.between(before, counts(5, 60, 110, 100, Map.of()));
    assertEquals(5 + 45 * 0.98, traffic.p99Ms(), 0.01);
  }

  @Test
  void whatIsAboveTheLastBoundIsToldAsThat() {
    Traffic traffic =
        Traffic.between(
            before, new Counts(seconds(5), new Sample(buckets(10, 10), 110), 100, Map.of()));
    assertEquals(50, traffic.p99Ms());
  }

  @Test
  void withoutRequestsThereIsNoPercentile() {
    Traffic traffic = Traffic.between(before, counts(5, 10, 10, 100, Map.of()));
    assertEquals(0, traffic.requestsPerSecond());
    assertNull(traffic.p99Ms());
  }

  @Test
  void theCountsOfADeletedPolicyAreNoDenials() {
    assertEquals(0, Traffic.between(before, counts(5, 10, 10, 40, Map.of())).deniedPerSecond());
  }

  @Test
  void hitRatesAreThoseOfTheReadsBetween() {
    Counts after =
        counts(
            5,
            10,
            10,
            100,
            Map.of(
                "a", new CacheCounts(13, 11),
                "b", new CacheCounts(0, 2),
                "c", new CacheCounts(0, 0)));
    assertEquals(Map.of("a", 0.75, "b", 0.0), Caches.hitRates(before, after));
  }

  private static Counts counts(
      long seconds, double first, double second, double denied, Map<String, CacheCounts> caches) {
    return new Counts(seconds(seconds), new Sample(buckets(first, second), second), denied, caches);
  }

  private static TreeMap<Double, Double> buckets(double first, double second) {
    return new TreeMap<>(Map.of(0.005, first, 0.05, second));
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
