package botbot.cache.queue;

import botbot.cache.entry.CacheSettings;
import botbot.http.problem.Unavailable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lets so many through at once; others queue, in their order and for a bounded time. */
@Singleton
public class Bulkhead {

  private final Semaphore permits;
  private final Duration wait;
  private final String refusal;

  /** Keeps a cold or absent cache from flooding PostgreSQL. */
  @Inject
  Bulkhead(CacheSettings settings) {
    this(settings.loads(), settings.loadWait());
  }

  /** For reads of PostgreSQL. */
  public Bulkhead(int atOnce, Duration wait) {
    this(atOnce, wait, "Too many reads are waiting for the database");
  }

  Bulkhead(int atOnce, Duration wait, String refusal) {
    this.permits = new Semaphore(atOnce, true);
    this.wait = wait;
    this.refusal = refusal;
  }

  /** Waits in two parts: a process that was frozen meanwhile wakes up with only one used up. */
  private boolean acquire() throws InterruptedException {
    long half = wait.toNanos() / 2;
    boolean atOnce = permits.tryAcquire(half, TimeUnit.NANOSECONDS);
    return atOnce || permits.tryAcquire(half, TimeUnit.NANOSECONDS);
  }

  public <T> T run(Supplier<T> work) {
    try {
      if (!acquire()) {
        throw new Unavailable(refusal, Duration.ofSeconds(1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("The wait was interrupted", Duration.ofSeconds(1));
    }
    try {
      return work.get();
    } finally {
      permits.release();
    }
  }
}
