package botbot.document;

import botbot.cache.CacheStatus;
import botbot.cache.CacheStatus.Outcome;
import botbot.cache.NearCache;
import botbot.cache.NearCaches;
import botbot.document.DocumentLoader.Loaded;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** The documents of one kind that this process holds: at most one second old, ready to be sent. */
final class NearDocuments {

  private final DocumentKind kind;
  private final CacheStatus status;
  private final Function<Document, byte[]> render;
  private final NearCache<Held> near;

  NearDocuments(
      DocumentKind kind,
      NearCaches caches,
      DocumentLoader loader,
      CacheStatus status,
      Function<Document, byte[]> render) {
    this.kind = kind;
    this.status = status;
    this.render = render;
    this.near =
        caches.create(
            kind.change() + "s",
            key -> Optional.of(held(loader.load(DocumentId.of(kind.change(), key).toString()))),
            Held::version);
  }

  /** What is known of a document, if that is fresh; else {@link #load} it. */
  Optional<Held> fresh(String key) {
    Optional<Held> fresh = near.fresh(key);
    if (fresh.isPresent()) {
      status.note(Outcome.LOCAL_HIT);
    }
    return fresh;
  }

  /** What is known of a document, after a load. */
  Uni<Held> load(String key) {
    Optional<Held> before = near.held(key);
    return near.get(key)
        .map(held -> held.orElseThrow(() -> kind.missing(key)))
        .invoke(held -> status.note(isSame(before, held) ? Outcome.LOCAL_HIT : held.tell()));
  }

  /** Nothing newer could be loaded in time: what was held serves on. */
  private static boolean isSame(Optional<Held> before, Held now) {
    return before.filter(held -> held == now).isPresent();
  }

  /** What is known of a document; waits for a load only where nothing fresh is held. */
  Uni<Held> read(String key) {
    Optional<Held> fresh = fresh(key);
    return fresh.isPresent() ? Uni.createFrom().item(fresh.get()) : load(key);
  }

  /** Holds what this instance has just written. */
  void wrote(Document document) {
    near.put(document.key(), held(new Loaded(Optional.of(document), Outcome.LOCAL_HIT)));
  }

  private Held held(Loaded loaded) {
    Optional<Document> live = loaded.document().filter(document -> !document.deleted());
    byte[] body = live.map(render).orElseGet(() -> new byte[0]);
    long version = loaded.document().map(Document::version).orElse(0L);
    return new Held(live, body, version, new AtomicReference<>(loaded.outcome()));
  }
}
