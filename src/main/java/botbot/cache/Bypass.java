package botbot.cache;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keys whose last write Redis did not confirm to this instance: it must not read them there. */
@Singleton
class Bypass {

  private final Map<String, Long> versions = new ConcurrentHashMap<>();

  boolean covers(String cache, String key) {
    return !versions.isEmpty() && versions.containsKey(cache + ':' + key);
  }

  void add(Write write) {
    versions.merge(write.cache() + ':' + write.key(), write.version(), Math::max);
  }

  /** What is bypassed now; later additions do not show in it. */
  Map<String, Long> snapshot() {
    return Map.copyOf(versions);
  }

  /** Lifts what is in {@code snapshot} and not {@code pending} in the outbox any more. */
  void lift(Map<String, Long> snapshot, Set<Long> pending) {
    snapshot.forEach(
        (key, version) -> {
          if (!pending.contains(version)) {
            versions.remove(key, version);
          }
        });
  }
}
