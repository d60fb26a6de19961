package botbot.cache.queue;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LoadTest {

  private final Load<String> load = new Load<>();

  @Test
  void servesWhoCameBeforeTheDatabaseWasRead() {
    long before = System.nanoTime();
    load.readBegins();
    long after = System.nanoTime() + 1;
    assertTrue(load.serves(before, false));
    assertFalse(load.serves(after, true));
  }

  @Test
  void servesWhoCameBeforeAnAcceptedFillWasSent() {
    load.readBegins();
    long between = System.nanoTime() + 1;
    while (System.nanoTime() <= between) {
      Thread.onSpinWait();
    }
    load.fillBegins();
    long after = System.nanoTime() + 1;
    assertFalse(load.serves(between, true), "the fill is not accepted yet");
    load.filled();
    assertTrue(load.serves(between, true));
    assertFalse(load.serves(after, true));
  }

  @Test
  void doesNotTrustRedisForWhoMustBypassIt() {
    load.readBegins();
    long between = System.nanoTime() + 1;
    while (System.nanoTime() <= between) {
      Thread.onSpinWait();
    }
    load.fillBegins();
    load.filled();
    assertFalse(load.serves(between, false));
  }

  @Test
  void servesNobodyBeforeItBegan() {
    assertFalse(load.serves(System.nanoTime(), true));
  }
}
