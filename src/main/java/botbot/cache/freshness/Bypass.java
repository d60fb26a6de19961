package botbot.cache.freshness;

import botbot.space.Key;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keys that this instance must not read from Redis: those whose last write Redis did not confirm to
 * it, and those of which it has shown a version that Redis may not know yet.
 */
@Singleton
public class Bypass {

  /** A key of a cache. */
  record Place(String cache, Key key) {}

  private final Map<Place, Long> versions = new ConcurrentHashMap<>();

  public boolean covers(String cache, Key key) {
    return !versions.isEmpty() && versions.containsKey(new Place(cache, key));
  }

  boolean isEmpty() {
    return versions.isEmpty();
  }

  /** Until {@code version} is not in the outbox any more. */
  public void add(String cache, Key key, long version) {
    versions.merge(new Place(cache, key), version, Math::max);
  }

  /** What is bypassed now; later additions do not show in it. */
  Map<Place, Long> snapshot() {
    return Map.copyOf(versions);
  }

  /** Lifts what is in {@code snapshot} and not {@code pending} in the outbox any more. */
  void lift(Map<Place, Long> snapshot, Set<Long> pending) {
    snapshot.forEach(
        (key, version) -> {
          if (!pending.contains(version)) {
            versions.remove(key, version);
          }
        });
  }
}
