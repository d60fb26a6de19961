package botbot.cache.freshness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoundTripTest {

  private static final Duration LEAST = Duration.ofMillis(200);
  private static final Duration MOST = Duration.ofMillis(500);

  @Test
  void aNearServerIsWaitedForAFifthOfASecond() {
    assertEquals(LEAST, RoundTrip.UNKNOWN.patience());
    assertEquals(LEAST, after(RoundTrip.UNKNOWN, 100, 2).patience());
  }

  @Test
  void aServerThatHasMovedFarAwayIsWaitedForLongerAtOnce() {
    RoundTrip near = after(RoundTrip.UNKNOWN, 100, 1);
    assertTrue(after(near, 1, 200).patience().compareTo(LEAST) > 0);
  }

  @Test
  void aSteadyOneIsWaitedForLittleLongerThanItTakes() {
    RoundTrip far = after(RoundTrip.UNKNOWN, 100, 300);
    assertEquals(300, far.smoothed().toMillis(), 1);
    assertEquals(300, far.patience().toMillis(), 5);
  }

  @Test
  void nothingIsWaitedForLongerThanALookVouches() {
    assertEquals(MOST, after(RoundTrip.UNKNOWN, 10, 3000).patience());
  }

  private static RoundTrip after(RoundTrip before, int times, int ms) {
    RoundTrip now = before;
    for (int i = 0; i < times; i++) {
      now = now.and(Duration.ofMillis(ms));
    }
    return now;
  }
}
