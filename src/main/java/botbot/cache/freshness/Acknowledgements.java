package botbot.cache.freshness;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Takes confirmed writes out of the outbox, many at once and after their answers. Whatever a crash
 * leaves there is replayed, which does no harm.
 */
@Singleton
public class Acknowledgements {

  private static final Logger LOG = Logger.getLogger(Acknowledgements.class);
  private static final long PERIOD_MS = 25;
  private static final int BATCH = 1000;

  /** How many batches are on their way at once: where PostgreSQL is far away, each takes long. */
  private static final int TOGETHER = 3;

  private final Outbox outbox;
  private final ConcurrentLinkedQueue<Long> versions = new ConcurrentLinkedQueue<>();
  private final Semaphore turns = new Semaphore(TOGETHER);
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("outbox-acknowledgements").daemon().factory());

  Acknowledgements(Outbox outbox) {
    this.outbox = outbox;
  }

  void start(@Observes StartupEvent event) {
    ticks.scheduleWithFixedDelay(this::tick, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdown();
    if (!versions.isEmpty()) {
      flush();
    }
  }

  public void add(long version) {
    versions.add(version);
  }

  private void tick() {
    if (!versions.isEmpty() && turns.tryAcquire()) {
      Thread.ofVirtual()
          .name("outbox-acknowledgement")
          .start(
              () -> {
                try {
                  flush();
                } finally {
                  turns.release();
                }
              });
    }
  }

  private void flush() {
    List<Long> batch = new ArrayList<>();
    do {
      batch.clear();
      for (Long version; batch.size() < BATCH && (version = versions.poll()) != null; ) {
        batch.add(version);
      }
      try {
        outbox.delete(batch);
      } catch (SQLException | RuntimeException e) {
        // the relay finds these rows and takes them away
        LOG.debug("Confirmed writes stay in the outbox, PostgreSQL does not answer", e);
        return;
      }
    } while (batch.size() == BATCH);
  }
}
