package botbot.session;

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

/** Extensions of sessions that could not be written while PostgreSQL was away. */
@Singleton
class PendingExtensions {

  private static final Logger LOG = Logger.getLogger(PendingExtensions.class);
  private static final int BOUND = 100_000;

  private final Map<Key, Instant> ends = new ConcurrentHashMap<>();
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
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private void write() {
    try {
      ends.forEach(
          (key, end) -> {
            QuarkusTransaction.requiringNew().run(() -> SessionEntity.outlive(key, end));
            ends.remove(key, end);
          });
    } catch (RuntimeException e) {
      LOG.debugf(e, "%d extensions wait for PostgreSQL", ends.size());
    }
  }
}
