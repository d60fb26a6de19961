package botbot.cache.near;

import botbot.cache.freshness.DatabaseReplaced;
import botbot.cache.freshness.NewEpoch;
import botbot.cache.queue.Bulkhead;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.ToLongFunction;

/** Makes near caches, and counts what they serve. */
@ApplicationScoped
public class NearCaches {

  private final NearCacheConfig config;
  private final MeterRegistry registry;

  // no executor of the framework: a load is nobody's request, and must not speak in its context
  private final Executor executor = load -> Thread.ofVirtual().name("near-cache-load").start(load);

  private final Map<String, NearCache<?, ?>> caches = new ConcurrentHashMap<>();

  @Inject
  NearCaches(NearCacheConfig config, MeterRegistry registry) {
    this.config = config;
    this.registry = registry;
  }

  /**
   * A near cache over {@code loader}, which runs on virtual threads; {@code name} is for its
   * meters.
   */
  public <K, V> NearCache<K, V> create(
      String name, NearCache.Loader<K, V> loader, ToLongFunction<V> version) {
    Bulkhead bulkhead = new Bulkhead(config.loads(), config.loadWait());
    NearCache<K, V> cache =
        new NearCache<>(
            new NearCache.Settings(config.fresh(), config.patience(), config.size()),
            key -> bulkhead.run(() -> loader.load(key)),
            version,
            executor,
            Ticker.systemTicker());
    caches.put(name, cache);
    meter(name, "hit", cache, NearCache::hits);
    meter(name, "miss", cache, NearCache::misses);
    return cache;
  }

  /** What was loaded from another PostgreSQL would pass for later than what this one has. */
  void forget(@Observes DatabaseReplaced event) {
    caches.values().forEach(NearCache::clear);
  }

  /** What is kept here is part of the cache, which starts empty. */
  void forget(@Observes NewEpoch event) {
    caches.values().forEach(NearCache::clear);
  }

  private <K, V> void meter(
      String name, String result, NearCache<K, V> cache, ToLongFunction<NearCache<K, V>> count) {
    FunctionCounter.builder("botbot.near.cache", cache, held -> count.applyAsLong(held))
        .description("Requests of values kept in this process, by how they were served")
        .tag("cache", name)
        .tag("result", result)
        .register(registry);
  }
}
