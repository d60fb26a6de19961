package botbot.cache.queue;

import botbot.cache.entry.CacheSettings;
import botbot.space.Key;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Has writers of one key queue before they take a connection. They would queue in PostgreSQL
 * anyway, each with a connection that others need.
 */
@Singleton
public class WriterQueue {

  private record Place(String cache, Key key) {}

  private record Line(Bulkhead turn, int writers) {

    Line with(int more) {
      return new Line(turn, writers + more);
    }
  }

  private final Duration wait;
  private final ConcurrentMap<Place, Line> lines = new ConcurrentHashMap<>();

  WriterQueue(CacheSettings settings) {
    this.wait = settings.writeWait();
  }

  /** Does the work, a transaction, once the writers before have done theirs; 503 past the wait. */
  public <T> T inTurn(String cache, Key key, Supplier<T> work) {
    Place place = new Place(cache, key);
    Line line = lines.compute(place, (p, now) -> now == null ? line() : now.with(1));
    try {
      return line.turn().run(work);
    } finally {
      lines.computeIfPresent(place, (p, now) -> now.writers() == 1 ? null : now.with(-1));
    }
  }

  private Line line() {
    return new Line(new Bulkhead(1, wait, "Too many writes of the same key are waiting"), 1);
  }
}
