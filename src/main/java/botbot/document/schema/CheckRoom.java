package botbot.document.schema;

import botbot.http.problem.Unavailable;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Where schemas are checked: at most two at once, on threads of their own. On the carriers of
 * virtual threads two costly checks would keep every other request of a small machine waiting.
 */
final class CheckRoom {

  private static final int PLACES = 2;

  /** Nested schemas are checked by recursion. */
  private static final long STACK = 16L << 20;

  private final Semaphore places = new Semaphore(PLACES, true);
  private final Duration wait;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          PLACES, Thread.ofPlatform().name("schema-check-", 0).daemon().stackSize(STACK).factory());

  /** A room before which a check waits for at most {@code wait}, and is refused with 503 then. */
  CheckRoom(Duration wait) {
    this.wait = wait;
  }

  /** Runs a check on the clock of {@code time}, and throws what it throws. */
  void run(CheckTime time, Runnable check) {
    try {
      if (!places.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Unavailable(
            "Too many schemas are being checked at the moment.", Duration.ofSeconds(1));
      }
      try {
        threads.submit(() -> timed(time, check)).get();
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("The check of the schema was interrupted.", Duration.ofSeconds(1));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw new IllegalStateException("a check failed", e.getCause());
    }
  }

  private static void timed(CheckTime time, Runnable check) {
    time.run();
    try {
      check.run();
    } finally {
      time.stop();
    }
  }
}
