package botbot.erasure;

import botbot.cache.entry.CacheSettings;
import botbot.cache.entry.EntryNames;
import botbot.cache.freshness.Epochs;
import botbot.erasure.ErasureTable.Batch;
import botbot.erasure.ErasureTable.Erasure;
import botbot.redis.KeySweep;
import botbot.redis.protocol.HashSlot;
import botbot.redis.protocol.RedisUnavailable;
import botbot.space.Space;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Erases in the background, in small batches: the rows of spaces, and what Redis still holds of
 * users and spaces. What one instance leaves undone, another or a later one does.
 */
@Singleton
class ErasureWorker {

  private static final Logger LOG = Logger.getLogger(ErasureWorker.class);

  /** Users whose keys are deleted in one sweep. */
  private static final int TOGETHER = 1000;

  private final ErasureSettings settings;
  private final ErasureTable table;
  private final KeySweep sweep;
  private final CacheSettings cache;
  private final Epochs epochs;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("erasure").daemon().factory());
  private final AtomicBoolean awake = new AtomicBoolean();

  ErasureWorker(
      ErasureSettings settings,
      ErasureTable table,
      KeySweep sweep,
      CacheSettings cache,
      Epochs epochs) {
    this.settings = settings;
    this.table = table;
    this.sweep = sweep;
    this.cache = cache;
    this.epochs = epochs;
  }

  void start(@Observes StartupEvent event) {
    ticks.schedule(this::tick, settings.interval().toMillis(), TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  /** There is something to erase. */
  void wake() {
    soon(Duration.ZERO);
  }

  private void soon(Duration delay) {
    if (!ticks.isShutdown() && awake.compareAndSet(false, true)) {
      ticks.schedule(this::runSoon, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void runSoon() {
    awake.set(false);
    if (run()) {
      soon(settings.retry());
    }
  }

  private void tick() {
    wake();
    if (!ticks.isShutdown()) {
      ticks.schedule(this::tick, settings.interval().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Whether there is more to do soon. */
  private boolean run() {
    try {
      List<Erasure> due = table.due(cache.lease().toMillis(), TOGETHER);
      for (Erasure erasure : due) {
        if (erasure.userId() == null) {
          eraseSpace(erasure);
        }
      }
      Map<Space, List<Erasure>> users =
          due.stream()
              .filter(erasure -> erasure.userId() != null && erasure.ripe())
              .collect(Collectors.groupingBy(Erasure::space));
      for (List<Erasure> ofSpace : users.values()) {
        eraseUsers(ofSpace);
      }
      return !due.isEmpty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RedisUnavailable e) {
      LOG.debug("What is to be erased in Redis waits for it");
    } catch (SQLException | RuntimeException e) {
      LOG.debug("Erasures wait for PostgreSQL", e);
    }
    return true;
  }

  private void eraseSpace(Erasure erasure) throws SQLException, InterruptedException {
    Batch batch;
    do {
      long start = System.nanoTime();
      batch = inTransaction(() -> table.eraseSome(erasure.id(), settings.batch()));
      // where it takes long, others have much to do
      pause(longer(settings.pause(), Duration.ofNanos(System.nanoTime() - start)));
    } while (batch.deleted() > 0);
    // a load that began before the last row went could still fill the cache
    if (batch.rest() || !erasure.ripe()) {
      return;
    }
    deleteKeys(erasure, redisKey -> true);
    // every instance has now read that the documents are deleted, or soon will have
    pause(cache.lease());
    int removed;
    do {
      removed = inTransaction(() -> table.eraseDocuments(erasure.space(), settings.batch()));
      pause(settings.pause());
    } while (removed > 0);
    deleteKeys(erasure, redisKey -> true);
    table.done(erasure.id());
    LOG.infof("Space %s is erased", erasure.space());
  }

  private static <T> T inTransaction(Callable<T> work) {
    return QuarkusTransaction.requiringNew().call(work);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static void pause(Duration pause) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(pause.toMillis());
  }

  private void eraseUsers(List<Erasure> ofOneSpace) throws SQLException, InterruptedException {
    Set<String> tags =
        ofOneSpace.stream()
            .map(erasure -> '{' + HashSlot.tag(Objects.requireNonNull(erasure.userId())) + '}')
            .collect(Collectors.toSet());
    if (epochs.number() == 0) {
      // not known yet which keys are of an earlier one
      return;
    }
    Erasure one = ofOneSpace.getFirst();
    deleteKeys(
        one,
        redisKey -> isOfEarlierEpoch(one, redisKey) || tags.stream().anyMatch(redisKey::contains));
    for (Erasure erasure : ofOneSpace) {
      table.done(erasure.id());
    }
  }

  private void deleteKeys(Erasure erasure, Predicate<String> test) throws InterruptedException {
    for (String prefix : erasure.deployment().prefixes(erasure.space())) {
      sweep.delete(prefix, test);
    }
  }

  /** Nobody reads these any more; they may hold what has been erased, under keys unknown here. */
  private boolean isOfEarlierEpoch(Erasure erasure, String redisKey) {
    OptionalLong since = EntryNames.since(erasure.deployment(), erasure.space(), redisKey);
    return since.isPresent() && since.getAsLong() < epochs.since(redisKey);
  }
}
