package botbot.change;

import botbot.cache.freshness.DatabaseReplaced;
import botbot.http.problem.ProblemException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  /** The longest an answer waits for PostgreSQL to say where its stream begins. */
  private static final Duration AT_ONCE = Duration.ofMillis(500);

  private final ChangeTable table;
  private final ChangeSettings settings;
  private final ConcurrentMap<Listener, Beginning> listeners = new ConcurrentHashMap<>();
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
    listeners.keySet().forEach(Listener::cut);
  }

  /** Revisions may begin again: the listeners come back with the last one they have seen. */
  void restart(@Observes DatabaseReplaced event) {
    recent.set(null);
    listeners.keySet().forEach(Listener::cut);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
    readers.shutdownNow();
  }

  /**
   * Where a stream begins; {@link Listener#UNSETTLED} if PostgreSQL does not tell at once.
   *
   * @throws ProblemException 410 where the revision to begin after is not known
   */
  long position(Beginning beginning) {
    Future<Long> position = readers.submit(() -> beginning.in(table));
    try {
      return position.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException gone) {
        throw gone;
      }
      LOG.debug("PostgreSQL does not answer, a stream begins without it", e);
    } catch (TimeoutException late) {
      position.cancel(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Listener.UNSETTLED;
  }

  /**
   * The changes after a position as they come; nothing stands for a heartbeat, the first of which
   * comes at once. The stream ends where PostgreSQL, when it is back, does not know the revision to
   * begin after: the listener is told so when it returns. While this instance ends, it ends after
   * the heartbeat.
   *
   * @param position as {@link #position} gave it for {@code beginning}
   * @param cut closes the connection of a listener that takes nothing any more
   */
  Multi<Optional<Change>> listen(Beginning beginning, long position, Runnable cut) {
    if (draining) {
      return Multi.createFrom().item(Optional.empty());
    }
    return Multi.createFrom()
        .deferred(
            () -> {
              Listener listener =
                  new Listener(
                      beginning.space(), position, settings.heartbeat(), System.nanoTime(), cut);
              listeners.put(listener, beginning);
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
    for (Listener listener : listeners.keySet()) {
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
      long start = position == Listener.UNSETTLED ? settle(listener) : position;
      seen = start;
      found = table.after(listener.space(), start, REPLAYED);
      long last = found.isEmpty() ? start : found.getLast().revision();
      seen = found.size() < REPLAYED ? Math.max(last, known) : last;
    } catch (ProblemException gone) {
      listener.cut();
    } catch (SQLException | RuntimeException e) {
      LOG.debug("PostgreSQL does not answer, a listener waits", e);
    }
    listener.endReading(found, seen);
  }

  private long settle(Listener listener) throws SQLException {
    Beginning beginning = listeners.get(listener);
    if (beginning == null) {
      throw new IllegalStateException("the listener has gone");
    }
    long start = beginning.in(table);
    listener.settle(start);
    return start;
  }

  /** Reads what is new; the next tick hands it on. */
  private void follow() {
    try {
      Recent held = recent.get();
      Recent start = held == null ? new Recent(table.latest(), List.of()) : held;
      List<Change> later = table.after(start.latest(), Recent.KEPT);
      if (recent.compareAndSet(held, later.isEmpty() ? start : start.plus(later))) {
        listeners.keySet().forEach(this::serve);
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("PostgreSQL does not answer, the listeners wait", e);
    } finally {
      following.set(false);
    }
  }
}
