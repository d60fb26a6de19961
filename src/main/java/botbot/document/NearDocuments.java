package botbot.document;

import botbot.cache.CacheStatus;
import botbot.cache.CacheStatus.Outcome;
import botbot.cache.Hits.Hit;
import botbot.cache.near.NearCache;
import botbot.cache.near.NearCaches;
import botbot.document.DocumentLoader.Loaded;
import botbot.space.Key;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The documents of one kind that this process holds: at most one second old, ready to be sent. */
final class NearDocuments {

  private final CacheStatus status;
  private final Function<Document, byte[]> render;
  private final NearCache<Key, Held> near;

  NearDocuments(
      DocumentKind kind,
      NearCaches caches,
      DocumentLoader loader,
      CacheStatus status,
      Function<Document, byte[]> render) {
    this.status = status;
    this.render = render;
    this.near =
        caches.create(
            kind.change() + "s",
            key -> Optional.of(loaded(key, loader.load(DocumentId.cacheKey(kind.change(), key)))),
            Held::version);
  }

  /** What is known of a document, if that is fresh; else {@link #load} it. */
  Optional<Held> fresh(Key key) {
    Optional<Held> fresh = near.fresh(key);
    if (fresh.isPresent()) {
      status.note(local(key));
    }
    return fresh;
  }

  /** The same in a form that can be sent; null where it is not fresh, or there is no document. */
  @Nullable Hit shown(Key key) {
    Held held = near.fresh(key).orElse(null);
    return held == null || held.document().isEmpty()
        ? null
        : new Hit(held.document().get().tag(), Buffer.buffer(held.body()), local(key));
  }

  /** What is known of a document, after a load. */
  Uni<Held> load(Key key) {
    Optional<Held> before = near.held(key);
    return near.get(key)
        // that there is no document is held too
        .map(Optional::orElseThrow)
        .invoke(held -> status.note(isSame(before, held) ? local(key) : held.tell()));
  }

  /** Nothing newer could be loaded in time: what was held serves on. */
  @SuppressWarnings("ReferenceEquality") // what was loaded may be equal
  private static boolean isSame(Optional<Held> before, Held now) {
    return before.filter(held -> held == now).isPresent();
  }

  private Outcome local(Key key) {
    return near.isCurrent(key) ? Outcome.LOCAL_HIT : Outcome.LOCAL_UNVERIFIED;
  }

  /** What is known of a document; waits for a load only where nothing fresh is held. */
  Uni<Held> read(Key key) {
    Optional<Held> fresh = fresh(key);
    return fresh.isPresent() ? Uni.createFrom().item(fresh.get()) : load(key);
  }

  /** Forgets a document of which something newer is known to be. */
  void forget(Key key) {
    near.drop(key);
  }

  /** Holds what this instance has just written. */
  void wrote(Key key, Document document) {
    near.put(key, held(new Loaded(Optional.of(document), Outcome.LOCAL_HIT), 0));
  }

  /** Of a document whose space was erased, PostgreSQL alone can say that it is gone. */
  private Held loaded(Key key, Loaded loaded) {
    boolean gone =
        loaded.document().isEmpty()
            && switch (loaded.outcome()) {
              case STORED, MISS, BYPASS -> true;
              case LOCAL_HIT, LOCAL_UNVERIFIED, HIT, UNVERIFIED, COLLAPSED -> false;
            };
    return held(loaded, gone ? near.held(key).map(Held::version).orElse(0L) : 0);
  }

  private Held held(Loaded loaded, long versionOfNone) {
    Optional<Document> live = loaded.document().filter(document -> !document.deleted());
    byte[] body = live.map(render).orElseGet(() -> new byte[0]);
    long version = loaded.document().map(Document::version).orElse(versionOfNone);
    return new Held(live, body, version, new AtomicReference<>(loaded.outcome()));
  }
}
