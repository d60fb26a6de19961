package botbot.change;

import botbot.cache.DatabaseReplaced;
import botbot.http.Unavailable;
import botbot.space.Space;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows the table of changes while anybody listens, and hands changes on to the listeners of this
 * instance. PostgreSQL alone decides, so that Redis may be down; while PostgreSQL is away the
 * streams stay open and go on when it is back.
 */
@Singleton
class ChangeFeed {

  private static final Logger LOG = Logger.getLogger(ChangeFeed.class);

  /** Changes read at once for a listener that is behind: what it may hold in memory. */
  private static final int REPLAYED = 200;

  private final ChangeTable table;
  private final ChangeSettings settings;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean following = new AtomicBoolean();
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("change-feed").daemon().factory());
  // two: a crowd of listeners coming back must not take all connections to PostgreSQL
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          2, Thread.ofPlatform().name("change-replay-", 0).daemon().factory());
  private final AtomicReference<@Nullable Recent> recent = new AtomicReference<>();
  private volatile boolean draining;

  ChangeFeed(ChangeTable table, ChangeSettings settings, MeterRegistry meters) {
    this.table = table;
    this.settings = settings;
    Gauge.builder("botbot.changes.listeners", this, ChangeFeed::size)
        .description("Open streams of changes")
        .register(meters);
  }

  void start(@Observes StartupEvent event) {
    long period = settings.poll().toMillis();
    ticks.scheduleAtFixedRate(this::tick, period, period, TimeUnit.MILLISECONDS);
  }

  /** Sends the listeners to other instances, before this one waits for its requests to end. */
  void drain(@Observes ShutdownDelayInitiatedEvent event) {
    draining = true;
    listeners.forEach(Listener::cut);
  }

  /** Revisions may begin again: the listeners come back with the last one they have seen. */
  void restart(@Observes DatabaseReplaced event) {
    recent.set(null);
    listeners.forEach(Listener::cut);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
    readers.shutdownNow();
  }

  /**
   * The changes in a space after a revision as they come; nothing stands for a heartbeat, the first
   * of which comes at once.
   *
   * @param cut closes the connection of a listener that takes nothing any more
   */
  Multi<Optional<Change>> listen(Space space, long since, Runnable cut) {
    if (draining) {
      throw new Unavailable("This instance is about to stop.", Duration.ofSeconds(1));
    }
    return Multi.createFrom()
        .deferred(
            () -> {
              Listener listener =
                  new Listener(space, since, settings.heartbeat(), System.nanoTime(), cut);
              listeners.add(listener);
              return Multi.createBy()
                  .repeating()
                  .completionStage(() -> next(listener))
                  .indefinitely()
                  .map(ChangeFeed::events)
                  .onItem()
                  .<Optional<Change>>disjoint()
                  .onRequest()
                  .invoke(listener::taken)
                  .onItem()
                  .invoke(() -> listener.sent(System.nanoTime()))
                  .onTermination()
                  .invoke(() -> listeners.remove(listener));
            });
  }

  /** How many listeners this instance has. */
  int size() {
    return listeners.size();
  }

  /** The revision this instance has followed up to; 0 if it knows none. */
  long known() {
    Recent held = recent.get();
    return held == null ? 0 : held.latest();
  }

  private CompletableFuture<List<Change>> next(Listener listener) {
    CompletableFuture<List<Change>> batch = listener.next();
    serve(listener);
    return batch;
  }

  private static List<Optional<Change>> events(List<Change> batch) {
    return batch.isEmpty() ? List.of(Optional.empty()) : batch.stream().map(Optional::of).toList();
  }

  private void tick() {
    if (listeners.isEmpty()) {
      recent.set(null);
      return;
    }
    for (Listener listener : listeners) {
      try {
        listener.cutIfStalled(System.nanoTime(), settings.patience());
        serve(listener);
      } catch (RuntimeException e) {
        // one listener's fault must not end the ticks of all
        LOG.warn("A listener could not be served", e);
        listeners.remove(listener);
      }
    }
    if (following.compareAndSet(false, true)) {
      Thread.ofVirtual().name("change-follow").start(this::follow);
    }
  }

  private void serve(Listener listener) {
    listener.heartbeat(System.nanoTime());
    Recent held = recent.get();
    if (held != null) {
      listener
          .serve(held)
          .ifPresent(position -> readers.execute(() -> replay(listener, position, held.latest())));
    }
  }

  /** {@code known} is a revision up to which all have been committed. */
  private void replay(Listener listener, long position, long known) {
    List<Change> found = List.of();
    long seen = position;
    try {
      found = table.after(listener.space(), position, REPLAYED);
      long last = found.isEmpty() ? position : found.getLast().revision();
      seen = found.size() < REPLAYED ? Math.max(last, known) : last;
    } catch (SQLException | RuntimeException e) {
      LOG.debug("PostgreSQL does not answer, a listener waits", e);
    }
    listener.endReading(found, seen);
  }

  /** Reads what is new; the next tick hands it on. */
  private void follow() {
    try {
      Recent held = recent.get();
      Recent start = held == null ? new Recent(table.latest(), List.of()) : held;
      List<Change> later = table.after(start.latest(), Recent.KEPT);
      if (recent.compareAndSet(held, later.isEmpty() ? start : start.plus(later))) {
        listeners.forEach(this::serve);
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("PostgreSQL does not answer, the listeners wait", e);
    } finally {
      following.set(false);
    }
  }
}
