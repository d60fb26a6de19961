package botbot.cache;

import botbot.http.Unavailable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Keeps a cold or absent cache from flooding PostgreSQL: so many loads at once, others queue. */
@Singleton
class Bulkhead {

  private final Semaphore permits;
  private final Duration wait;

  @Inject
  Bulkhead(CacheSettings settings) {
    this(settings.loads(), settings.loadWait());
  }

  Bulkhead(int loads, Duration wait) {
    this.permits = new Semaphore(loads, true);
    this.wait = wait;
  }

  /** Waits in two parts: a process that was frozen meanwhile wakes up with only one used up. */
  private boolean acquire() throws InterruptedException {
    long half = wait.toNanos() / 2;
    return permits.tryAcquire(half, TimeUnit.NANOSECONDS)
        || permits.tryAcquire(half, TimeUnit.NANOSECONDS);
  }

  <T> T run(Supplier<T> load) {
    try {
      if (!acquire()) {
        throw new Unavailable("Too many reads are waiting for the database", Duration.ofSeconds(1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("The read was interrupted", Duration.ofSeconds(1));
    }
    try {
      return load.get();
    } finally {
      permits.release();
    }
  }
}
