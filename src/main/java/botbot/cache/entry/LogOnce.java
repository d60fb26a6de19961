package botbot.cache.entry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Logs a warning once a minute for each topic, however often it happens; meters count. */
public final class LogOnce {

  private static final long QUIET = TimeUnit.MINUTES.toNanos(1);

  private final Logger log;
  private final Map<String, Long> lastByTopic = new ConcurrentHashMap<>();

  public LogOnce(Logger log) {
    this.log = log;
  }

  /** Topics are few: names of caches, fixed words. */
  public void warn(String topic, String format, Object argument) {
    long now = System.nanoTime();
    Long last = lastByTopic.get(topic);
    if (last == null || now - last > QUIET) {
      Long before = lastByTopic.put(topic, now);
      if (before == null || now - before > QUIET) {
        log.warnf(format, argument);
      }
    }
  }
}
