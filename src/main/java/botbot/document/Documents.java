package botbot.document;

import botbot.access.CallerSpace;
import botbot.access.ShortReads;
import botbot.cache.CacheStatus;
import botbot.cache.near.NearCaches;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.function.Function;

/** Where a feature gets the calls of its kind of document. */
@ApplicationScoped
public class Documents {

  private final CachedDocuments cached;
  private final CheckedDocuments checked;
  private final DocumentLoader loader;
  private final NearCaches caches;
  private final CacheStatus status;
  private final SecurityIdentity caller;
  private final CallerSpace space;
  private final ObjectMapper json;

  Documents(
      CachedDocuments cached,
      CheckedDocuments checked,
      DocumentLoader loader,
      NearCaches caches,
      CacheStatus status,
      SecurityIdentity caller,
      CallerSpace space,
      ObjectMapper json) {
    this.cached = cached;
    this.checked = checked;
    this.loader = loader;
    this.caches = caches;
    this.status = status;
    this.caller = caller;
    this.space = space;
    this.json = json;
  }

  /**
   * The calls of one kind; ask once.
   *
   * @param view a document as callers see it
   * @param versionView one version of it as callers see it
   */
  public <D, V> DocumentCalls<D, V> of(
      DocumentKind kind, Function<Document, D> view, Function<DocumentVersion, V> versionView) {
    NearDocuments near =
        new NearDocuments(kind, caches, loader, status, document -> bytes(view.apply(document)));
    return new DocumentCalls<>(kind, cached, checked, near, caller, space, view, versionView);
  }

  static void register(
      @Observes Router router, ShortReads reads, @Any Instance<DocumentCalls<?, ?>> kinds) {
    kinds.forEach(calls -> calls.register(router, reads));
  }

  private byte[] bytes(Object body) {
    try {
      return json.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document cannot be written", e);
    }
  }
}
