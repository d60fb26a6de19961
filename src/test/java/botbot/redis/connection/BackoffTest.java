package botbot.redis.connection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

  @Test
  void waitsTwiceAsLongEachTimeUpToTheBound() {
    for (long longest : new long[] {100, 200, 400, 800, 1_000, 1_000}) {
      assertWaits(longest);
    }
  }

  @Test
  void staysAtTheBoundForEver() {
    for (int i = 0; i < 1_000; i++) {
      backoff.nextMs();
    }
    assertWaits(1_000);
  }

  @Test
  void beginsAnewOnceItWasConnected() {
    for (int i = 0; i < 3; i++) {
      assertFalse(backoff.isLong());
      backoff.nextMs();
    }
    assertTrue(backoff.isLong());
    backoff.reset();
    assertFalse(backoff.isLong());
    assertWaits(100);
  }

  private void assertWaits(long longest) {
    long wait = backoff.nextMs();
    assertTrue(wait >= longest / 2 && wait <= longest, wait + " ms of " + longest);
  }
}
