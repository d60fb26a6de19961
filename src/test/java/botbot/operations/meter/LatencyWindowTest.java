package botbot.operations.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.operations.meter.LatencyWindow.Sample;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {

  private final LatencyWindow window = new LatencyWindow(3, 10);

  @Test
  void aPercentileIsInterpolatedWithinItsBucket() {
    add(0, 0, 0);
    add(0, 0, 0);
    add(80, 100, 100);
    assertEquals(0.005 + 0.045 * 0.95, window.percentile(0.99), 1e-9);
    assertEquals(0.0025, window.percentile(0.40), 1e-9);
  }

  @Test
  void whatIsAboveEveryBoundIsInfinitelySlow() {
    add(0, 0, 0);
    add(25, 25, 50);
    assertTrue(Double.isNaN(window.percentile(0.99)), "the window is not full yet");
    add(50, 50, 100);
    assertEquals(Double.POSITIVE_INFINITY, window.percentile(0.99));
  }

  @Test
  void onlyTheWindowCountsAndFewEventsSayNothing() {
    add(0, 0, 100);
    add(0, 0, 200);
    add(100, 100, 300);
    add(195, 195, 395);
    assertTrue(window.percentile(0.5) < 0.005);
    add(196, 196, 396);
    add(197, 197, 397);
    assertTrue(Double.isNaN(window.percentile(0.5)));
  }

  private void add(double within5Ms, double within50Ms, double all) {
    TreeMap<Double, Double> buckets = new TreeMap<>();
    buckets.put(0.005, within5Ms);
    buckets.put(0.05, within50Ms);
    window.add(new Sample(buckets, all));
  }
}
