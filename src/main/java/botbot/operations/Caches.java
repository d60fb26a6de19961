package botbot.operations;

import botbot.cache.CacheMeters;
import botbot.cache.CacheStatus.Outcome;
import botbot.operations.Status.CacheCounts;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;

/** Reads of the caches in Redis, as hits and misses; what memory answered is not counted. */
@Singleton
class Caches {

  private final CacheMeters meters;

  Caches(CacheMeters meters) {
    this.meters = meters;
  }

  /** By the names of the caches, since the start. */
  Map<String, CacheCounts> counts() {
    Map<String, CacheCounts> caches = new TreeMap<>();
    meters
        .reads()
        .forEach(
            (cache, reads) -> {
              long hits = 0;
              long misses = 0;
              for (Map.Entry<Outcome, Long> one : reads.entrySet()) {
                switch (one.getKey()) {
                  case HIT, UNVERIFIED -> hits += one.getValue();
                  default -> misses += one.getValue();
                }
              }
              caches.put(cache, new CacheCounts(hits, misses));
            });
    return caches;
  }

  /** What share of the reads between two countings were hits; nothing of a cache without any. */
  static Map<String, Double> hitRates(Counts before, Counts after) {
    Map<String, Double> rates = new TreeMap<>();
    after
        .caches()
        .forEach(
            (cache, now) -> {
              CacheCounts then = before.caches().getOrDefault(cache, CacheCounts.NONE);
              CacheCounts between =
                  new CacheCounts(now.hits() - then.hits(), now.misses() - then.misses());
              if (between.hits() + between.misses() > 0) {
                rates.put(cache, Math.round(between.hitRate() * 1e4) / 1e4);
              }
            });
    return rates;
  }
}
