package botbot.cache.near;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this process remembers of values that every request needs. A value is fresh for a bounded
 * time from the start of its load, and a change made elsewhere is seen by loading again: nobody
 * tells this instance of it. An older value serves only while its source does not answer. Asking
 * never blocks; one load at a time runs for a key.
 *
 * @param <K> what values are found by
 * @param <V> the value, which has a version; that there is none is remembered too
 */
public final class NearCache<K, V> {

  /**
   * How long values serve.
   *
   * @param fresh without being loaded again, from the start of their load; the second half of it
   *     they are loaded again in the background
   * @param patience how long a request waits for a load if an older value is at hand
   * @param size how many are kept
   */
  public record Settings(Duration fresh, Duration patience, long size) {}

  /** Where values come from; it may block. */
  @FunctionalInterface
  public interface Loader<K, V> {

    /** The value of {@code key}, or none; throws where that cannot be told. */
    Optional<V> load(K key);
  }

  /** A value that was current at {@code since}; its source was last asked at {@code asked}. */
  private record Entry<V>(Optional<V> value, long since, long asked, boolean unanswered) {

    static <V> Entry<V> current(Optional<V> value, long since) {
      return new Entry<>(value, since, since, false);
    }

    Entry<V> unanswered(long asked) {
      return new Entry<>(value, since, asked, true);
    }
  }

  private final Settings settings;
  private final long freshNanos;
  private final Loader<K, V> loader;
  private final ToLongFunction<V> version;
  private final Executor executor;
  private final Ticker ticker;
  private final Cache<K, Entry<V>> entries;
  private final ConcurrentMap<K, CompletableFuture<Optional<V>>> loads = new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  NearCache(
      Settings settings,
      Loader<K, V> loader,
      ToLongFunction<V> version,
      Executor executor,
      Ticker ticker) {
    this.settings = settings;
    this.freshNanos = settings.fresh().toNanos();
    this.loader = loader;
    this.version = version;
    this.executor = executor;
    this.ticker = ticker;
    this.entries = Caffeine.newBuilder().maximumSize(settings.size()).build();
  }

  /**
   * The value of {@code key}: at once where it is fresh; on the caller's event loop, if it is on
   * one.
   */
  public Uni<Optional<V>> get(K key) {
    Entry<V> entry = entries.getIfPresent(key);
    if (entry == null) {
      misses.increment();
      return onCallersContext(waitFor(key));
    }
    if (serves(key, entry)) {
      return Uni.createFrom().item(entry.value());
    }
    misses.increment();
    return onCallersContext(
        waitFor(key)
            .ifNoItem()
            .after(settings.patience())
            .recoverWithItem(() -> withoutAnswer(key, entry)));
  }

  /** From now on nobody waits for the load that is still under way. */
  @SuppressWarnings("ReferenceEquality") // an equal one may have been loaded since
  private Optional<V> withoutAnswer(K key, Entry<V> entry) {
    Entry<V> unanswered = entry.unanswered(entry.asked());
    entries.asMap().computeIfPresent(key, (k, held) -> held == entry ? unanswered : held);
    return entry.value();
  }

  /**
   * The value of {@code key}, if there is one at hand that {@link #get} would serve without
   * waiting; else ask there.
   */
  public Optional<V> fresh(K key) {
    Entry<V> entry = entries.getIfPresent(key);
    return entry != null && entry.value().isPresent() && serves(key, entry)
        ? entry.value()
        : Optional.empty();
  }

  /** What is remembered of {@code key}, fresh or not. */
  public Optional<V> held(K key) {
    Entry<V> entry = entries.getIfPresent(key);
    return entry == null ? Optional.empty() : entry.value();
  }

  /**
   * Whether what is remembered of {@code key} is as young as promised; else it serves because its
   * source does not answer.
   */
  public boolean isCurrent(K key) {
    Entry<V> entry = entries.getIfPresent(key);
    return entry != null
        && ticker.read() - entry.since() < freshNanos + settings.patience().toNanos();
  }

  /** Remembers what this process itself has just written. */
  public void put(K key, V value) {
    entries
        .asMap()
        .compute(
            key,
            (k, held) -> {
              loads.remove(key);
              Entry<V> written = Entry.current(Optional.of(value), ticker.read());
              return held != null && isOlder(written, held) ? held : written;
            });
  }

  /**
   * Forgets a value that has changed; a load under way serves only those who wait for it already.
   */
  public void drop(K key) {
    entries
        .asMap()
        .compute(
            key,
            (k, held) -> {
              loads.remove(key);
              return null;
            });
  }

  /** Forgets everything, as when the source is not what it was. */
  void clear() {
    loads.clear();
    entries.invalidateAll();
  }

  /** How many requests were served without waiting. */
  long hits() {
    return hits.sum();
  }

  /** How many requests had to wait for a load. */
  long misses() {
    return misses.sum();
  }

  private Uni<Optional<V>> waitFor(K key) {
    // a copy: who gives up waiting must not cancel the load for the others
    return Uni.createFrom().completionStage(load(key).copy());
  }

  private boolean serves(K key, Entry<V> entry) {
    long age = ticker.read() - entry.asked();
    if (age >= freshNanos && !entry.unanswered()) {
      return false;
    }
    hits.increment();
    if (age >= freshNanos / 2) {
      load(key);
    }
    return true;
  }

  private CompletableFuture<Optional<V>> load(K key) {
    CompletableFuture<Optional<V>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<V>> running = loads.putIfAbsent(key, mine);
    if (running != null) {
      return running;
    }
    long start = ticker.read();
    Entry<V> held = entries.getIfPresent(key);
    if (held != null && start - held.asked() < freshNanos / 2) {
      // another load ended since the caller looked
      loads.remove(key, mine);
      mine.complete(held.value());
      return mine;
    }
    CompletableFuture.supplyAsync(() -> loader.load(key), executor)
        .thenAccept(loaded -> mine.complete(settle(key, mine, Entry.current(loaded, start))))
        .exceptionally(
            fault -> {
              withoutLoad(key, start, mine, fault);
              return null;
            });
    return mine;
  }

  private void withoutLoad(
      K key, long start, CompletableFuture<Optional<V>> mine, Throwable fault) {
    Entry<V> held = entries.getIfPresent(key);
    if (held != null) {
      mine.complete(settle(key, mine, held.unanswered(start)));
    } else {
      loads.remove(key, mine);
      mine.completeExceptionally(unwrapped(fault));
    }
  }

  private static Throwable unwrapped(Throwable fault) {
    return fault instanceof CompletionException && fault.getCause() != null
        ? fault.getCause()
        : new IllegalStateException("no load", fault);
  }

  /**
   * Keeps what was loaded unless the key was written meanwhile, or is known in a later version. The
   * load is under way until others see what it brought.
   */
  @SuppressWarnings("ReferenceEquality") // the same load, not an equal one
  private Optional<V> settle(K key, CompletableFuture<Optional<V>> mine, Entry<V> loaded) {
    Entry<V> kept =
        entries
            .asMap()
            .compute(
                key,
                (k, held) -> {
                  if (loads.get(key) != mine) {
                    return held;
                  }
                  return held != null && isOlder(loaded, held)
                      ? new Entry<>(
                          held.value(), loaded.since(), loaded.asked(), loaded.unanswered())
                      : loaded;
                });
    loads.remove(key, mine);
    return kept == null ? loaded.value() : kept.value();
  }

  private boolean isOlder(Entry<V> one, Entry<V> held) {
    return one.value().isPresent()
        && held.value().isPresent()
        && version.applyAsLong(one.value().get()) < version.applyAsLong(held.value().get());
  }

  private static <T> Uni<T> onCallersContext(Uni<T> uni) {
    @Nullable Context context = Vertx.currentContext();
    return context == null ? uni : uni.emitOn(task -> context.runOnContext(ignored -> task.run()));
  }
}
