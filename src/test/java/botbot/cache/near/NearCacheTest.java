package botbot.cache.near;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NearCacheTest {

  record Value(String text, long version) {}

  private long now = 1;
  private int loads;
  private Runnable whenTheTimeIsRead = () -> {};
  private @Nullable RuntimeException broken;
  private Optional<Value> source = Optional.of(new Value("one", 1));

  /** Loads that have begun and wait for the test to let them run. */
  private final Deque<Runnable> pending = new ArrayDeque<>();

  private final NearCache<String, Value> cache =
      new NearCache<>(
          new NearCache.Settings(Duration.ofMillis(500), Duration.ofMillis(50), 100),
          this::load,
          Value::version,
          pending::add,
          this::time);

  private long time() {
    whenTheTimeIsRead.run();
    return now;
  }

  private Optional<Value> load(String key) {
    loads++;
    if (broken != null) {
      throw broken;
    }
    return source;
  }

  @Test
  void aFreshValueIsServedWithoutALoad() {
    assertEquals("one", get());
    pass(249);
    source = Optional.of(new Value("two", 2));
    assertEquals("one", get());
    assertEquals(1, loads);
    assertEquals(1, cache.hits());
    assertEquals(1, cache.misses());
  }

  @Test
  void aValueInItsSecondHalfIsServedAndLoadedAgainBehindIt() {
    get();
    source = Optional.of(new Value("two", 2));
    pass(250);
    assertEquals("one", ask().join().orElseThrow().text());
    runAll();
    assertEquals("two", ask().join().orElseThrow().text());
  }

  @Test
  void anOldValueWaitsForItsLoad() {
    get();
    source = Optional.of(new Value("two", 2));
    pass(500);
    CompletableFuture<Optional<Value>> asked = ask();
    assertFalse(asked.isDone());
    runAll();
    assertEquals("two", asked.join().orElseThrow().text());
  }

  @Test
  void freshnessCountsFromTheStartOfALoad() {
    CompletableFuture<Optional<Value>> first = ask();
    pass(500);
    runAll();
    assertEquals("one", first.join().orElseThrow().text());
    assertFalse(ask().isDone());
  }

  @Test
  void manyRequestsShareOneLoad() {
    CompletableFuture<Optional<Value>> first = ask();
    CompletableFuture<Optional<Value>> second = ask();
    runAll();
    assertEquals(first.join(), second.join());
    assertEquals(1, loads);
  }

  @Test
  void whoComesWhileALoadEndsDoesNotBeginAnother() {
    get();
    pass(500);
    ask();
    whenTheTimeIsRead =
        () -> {
          whenTheTimeIsRead = () -> {};
          runAll();
        };
    assertEquals("one", ask().join().orElseThrow().text());
    assertEquals(2, loads);
    assertTrue(pending.isEmpty());
  }

  @Test
  void thatThereIsNothingIsRememberedToo() {
    source = Optional.empty();
    CompletableFuture<Optional<Value>> asked = ask();
    runAll();
    assertEquals(Optional.empty(), asked.join());
    assertEquals(Optional.empty(), ask().join());
    assertEquals(1, loads);
  }

  @Test
  void anOlderValueServesWhileTheSourceIsAway() {
    get();
    broken = new IllegalStateException("away");
    pass(10_000);
    assertEquals("one", get());
    pass(10_000);
    assertEquals("one", ask().join().orElseThrow().text(), "without waiting for the next failure");
    assertFalse(cache.isCurrent("a"));
    broken = null;
    source = Optional.of(new Value("two", 2));
    runAll();
    pass(300);
    ask();
    runAll();
    assertEquals("two", ask().join().orElseThrow().text());
    assertTrue(cache.isCurrent("a"));
  }

  @Test
  void anOlderValueServesWhileTheSourceHangs() {
    get();
    pass(10_000);
    CompletableFuture<Optional<Value>> patient = ask();
    CompletableFuture<Optional<Value>> gaveUp = ask();
    assertEquals("one", gaveUp.join().orElseThrow().text());
    assertTrue(ask().isDone(), "others need not wait");
    assertFalse(cache.isCurrent("a"));
    source = Optional.of(new Value("two", 2));
    runAll();
    assertEquals("one", patient.join().orElseThrow().text(), "having waited as long as the other");
    assertEquals("two", ask().join().orElseThrow().text());
  }

  @Test
  void whatWasNeverLoadedFailsWhileTheSourceIsAway() {
    broken = new IllegalStateException("away");
    CompletableFuture<Optional<Value>> asked = ask();
    runAll();
    assertThrows(CompletionException.class, asked::join);
    broken = null;
    assertEquals("one", get());
  }

  @Test
  void aLoadThatBeganBeforeADropServesOnlyThoseWhoWaited() {
    CompletableFuture<Optional<Value>> before = ask();
    cache.drop("a");
    CompletableFuture<Optional<Value>> after = ask();
    pending.remove().run();
    assertEquals("one", before.join().orElseThrow().text());
    assertFalse(after.isDone());
    source = Optional.empty();
    runAll();
    assertEquals(Optional.empty(), after.join());
    assertEquals(Optional.empty(), ask().join());
  }

  @Test
  void aLoadThatBeganBeforeAWriteDoesNotReplaceIt() {
    ask();
    cache.put("a", new Value("two", 2));
    runAll();
    assertEquals("two", ask().join().orElseThrow().text());
  }

  @Test
  void anOlderVersionNeverReplacesALaterOne() {
    cache.put("a", new Value("two", 2));
    pass(500);
    assertEquals("two", get());
    cache.put("a", new Value("one", 1));
    assertEquals("two", get());
  }

  @Test
  void clearingForgetsEverything() {
    cache.put("a", new Value("nine", 9));
    cache.clear();
    assertEquals("one", get());
  }

  @Test
  void aFailedLoadCanBeTriedAgainAtOnce() {
    broken = new IllegalStateException("away");
    ask();
    runAll();
    ask();
    assertTrue(!pending.isEmpty());
  }

  private CompletableFuture<Optional<Value>> ask() {
    return cache.get("a").subscribeAsCompletionStage();
  }

  private String get() {
    CompletableFuture<Optional<Value>> asked = ask();
    runAll();
    return asked.join().orElseThrow().text();
  }

  private void runAll() {
    while (!pending.isEmpty()) {
      pending.remove().run();
    }
  }

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
  }
}
