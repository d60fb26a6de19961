package botbot.ratelimit.batch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Counters that start afresh. Those that were not sound are counted, and logged once per key and
 * minute; that the clock of Redis went back is logged once a minute, however many it concerns.
 */
@Singleton
final class Repairs {

  private static final Logger LOG = Logger.getLogger(Repairs.class);
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final String CLOCK = "";
  private static final int KEYS_REMEMBERED = 10_000;

  private final Cache<String, Boolean> logged =
      Caffeine.newBuilder().maximumSize(KEYS_REMEMBERED).expireAfterWrite(QUIET).build();

  void repaired(RateBatch.Repair repair) {
    if (repair.ofLater()) {
      if (isNews(CLOCK)) {
        LOG.warn(
            "The clock of Redis went back: rate counters of the time that is yet to come again start"
                + " afresh");
      }
      return;
    }
    repair.rule().corrupted();
    if (isNews(repair.key())) {
      LOG.warnf("The counter %s was corrupted and starts afresh", repair.key());
    }
  }

  private boolean isNews(String topic) {
    return logged.asMap().putIfAbsent(topic, true) == null;
  }
}
