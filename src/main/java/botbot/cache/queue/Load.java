package botbot.cache.queue;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One load of a key, shared by the requests that came while it was under way, as far as it cannot
 * show any of them something older than it may see. Instants are {@link System#nanoTime}.
 */
public final class Load<V> {

  private final CompletableFuture<Optional<V>> value = new CompletableFuture<>();
  private volatile long readBegan = Long.MIN_VALUE;
  private volatile long fillSent = Long.MIN_VALUE;
  private volatile boolean filled;

  public void readBegins() {
    readBegan = System.nanoTime();
  }

  public void fillBegins() {
    fillSent = System.nanoTime();
  }

  /** The fill was accepted: no write of the key was acknowledged before it was sent. */
  public void filled() {
    filled = true;
  }

  public void complete(Optional<V> loaded) {
    value.complete(loaded);
  }

  public void fail(Throwable cause) {
    value.completeExceptionally(cause);
  }

  public Optional<V> await() {
    try {
      return value.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw e;
    }
  }

  /**
   * Whether the finished load may serve a request that arrived at {@code arrival}: it came before
   * the database was read, or, trusting Redis, before an accepted fill was sent.
   */
  public boolean serves(long arrival, boolean trustRedis) {
    return before(arrival, readBegan) || (trustRedis && filled && before(arrival, fillSent));
  }

  private static boolean before(long arrival, long instant) {
    return instant != Long.MIN_VALUE && instant - arrival >= 0;
  }
}
