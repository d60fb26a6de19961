package botbot.session;

import botbot.cache.entry.LogOnce;
import botbot.http.DatabaseFaults;
import botbot.space.Key;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Extensions of sessions that could not be written while PostgreSQL took no writes. */
@Singleton
class PendingExtensions {

  private static final Logger LOG = Logger.getLogger(PendingExtensions.class);

  /** So many sessions at most. */
  private static final int BOUND = 100_000;

  private final Map<Key, Instant> ends = new ConcurrentHashMap<>();
  private final LogOnce warnings = new LogOnce(LOG);
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("pending-extensions").daemon().factory());

  void start(@Observes StartupEvent event) {
    ticks.scheduleWithFixedDelay(this::write, 250, 250, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdown();
    write();
  }

  void add(Key key, Session extended) {
    if (ends.size() < BOUND || ends.containsKey(key)) {
      ends.merge(key, extended.expiresAt(), PendingExtensions::later);
    } else {
      warnings.warn(
          "full",
          "%d sessions wait to be extended in PostgreSQL: of more, an access is kept in Redis alone",
          BOUND);
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private void write() {
    for (Map.Entry<Key, Instant> one : ends.entrySet()) {
      try {
        write(one.getKey(), one.getValue());
      } catch (RuntimeException e) {
        if (DatabaseFaults.takesNoWrites(e)) {
          LOG.debugf(e, "%d extensions wait for PostgreSQL", ends.size());
          return;
        }
        // the others must not wait for this one
        warnings.warn("failed", "The extension of a session is tried again: %s", e);
      }
    }
  }

  private void write(Key key, Instant end) {
    QuarkusTransaction.requiringNew().run(() -> SessionEntity.outlive(key, end));
    ends.remove(key, end);
  }
}
