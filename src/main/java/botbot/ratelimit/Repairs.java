package botbot.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Counters that were not sound: counted, and logged once per key and minute. */
@Singleton
final class Repairs {

  private static final Logger LOG = Logger.getLogger(Repairs.class);
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final int KEYS_REMEMBERED = 10_000;

  private final Cache<String, Boolean> logged =
      Caffeine.newBuilder().maximumSize(KEYS_REMEMBERED).expireAfterWrite(QUIET).build();

  void repaired(Batch.Repair repair) {
    repair.rule().meters().corrupted();
    if (logged.asMap().putIfAbsent(repair.key(), true) == null) {
      LOG.warnf("The counter %s was corrupted and starts afresh", repair.key());
    }
  }
}
