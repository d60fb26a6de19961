package botbot.document;

import botbot.access.CallerSpace;
import botbot.cache.Written;
import botbot.http.Answers;
import botbot.http.Batch;
import botbot.http.Cursor;
import botbot.http.EntityTags;
import botbot.http.Json;
import botbot.http.Page;
import botbot.http.Preconditions;
import botbot.space.Key;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the resources of every kind of document do. Keys have been checked by the resource.
 *
 * @param <D> a document as callers see it
 * @param <V> a version as callers see it
 */
public final class DocumentCalls<D, V> {

  private final DocumentKind kind;
  private final CachedDocuments cached;
  private final CheckedDocuments checked;
  private final NearDocuments near;
  private final SecurityIdentity caller;
  private final CallerSpace space;
  private final Function<Document, D> view;
  private final Function<DocumentVersion, V> versionView;

  DocumentCalls(
      DocumentKind kind,
      CachedDocuments cached,
      CheckedDocuments checked,
      NearDocuments near,
      SecurityIdentity caller,
      CallerSpace space,
      Function<Document, D> view,
      Function<DocumentVersion, V> versionView) {
    this.kind = kind;
    this.cached = cached;
    this.checked = checked;
    this.near = near;
    this.caller = caller;
    this.space = space;
    this.view = view;
    this.versionView = versionView;
  }

  /** Reads a document; never blocks. */
  public Uni<Response> get(String key, HttpHeaders headers) {
    Preconditions conditions = Preconditions.from(headers);
    Key place = space.key(key);
    Optional<Held> fresh = near.fresh(place);
    return fresh.isPresent()
        ? Uni.createFrom().item(answer(key, fresh.get(), conditions))
        : near.load(place).map(held -> answer(key, held, conditions));
  }

  private Response answer(String key, Held held, Preconditions conditions) {
    Document document = held.document().orElseThrow(() -> kind.missing(key));
    return conditions.answerGet(held.body(), EntityTags.of(document.number()), Map.of());
  }

  /** Reads those that exist, in the order asked; never blocks. */
  public Uni<Batch<D>> batchGet(List<String> keys) {
    List<Uni<Held>> reads = keys.stream().map(space::key).map(near::read).toList();
    return Uni.join()
        .all(reads)
        .andFailFast()
        .map(
            found ->
                new Batch<>(
                    found.stream()
                        .map(Held::document)
                        .flatMap(Optional::stream)
                        .map(view)
                        .toList()));
  }

  /** Lists by key, those that begin with {@code prefix}. */
  public Page<D> list(String prefix, int limit, @Nullable String cursor) {
    String after = Cursor.parse(cursor, 1).map(position -> position.text(0)).orElse("");
    List<Document> found =
        DocumentEntity.live(space.current(), kind.change(), prefix, after, limit + 1).stream()
            .map(DocumentEntity::toDocument)
            .toList();
    Page<Document> page = Page.of(found, limit, last -> Cursor.of(last.key()));
    return new Page<>(page.items().stream().map(view).toList(), page.nextCursor());
  }

  /** Writes the next version: 200, or 201 where there was no document. */
  public Response put(String key, Json content, @Nullable Json schema, HttpHeaders headers) {
    Written<Document> written =
        checked.put(id(key), kind, content, schema, by(), Preconditions.from(headers));
    return wrote(written.value(), written.created());
  }

  /** Makes an old version's content the next version. */
  public Response rollback(String key, long number, HttpHeaders headers) {
    Document document = checked.rollback(id(key), kind, number, by(), Preconditions.from(headers));
    return wrote(document, false);
  }

  private Response wrote(Document document, boolean created) {
    near.wrote(space.key(document.key()), document);
    String path = kind.path(document.key());
    return Answers.written(created, path, view.apply(document), document.number()).build();
  }

  /** Deletes a document; its history stays. */
  public void delete(String key, HttpHeaders headers) {
    near.wrote(space.key(key), cached.delete(id(key), kind, by(), Preconditions.from(headers)));
  }

  /** The history, newest first, of a document that may be deleted. */
  public Page<V> versions(String key, int limit, @Nullable String cursor) {
    long before = Cursor.parse(cursor, 1).map(after -> after.number(0)).orElse(Long.MAX_VALUE);
    DocumentId id = DocumentId.of(kind.change(), space.key(key));
    List<DocumentVersion> found =
        DocumentVersionEntity.history(id, before, limit + 1).stream()
            .map(DocumentVersionEntity::toVersion)
            .toList();
    if (found.isEmpty() && DocumentEntity.of(id).isEmpty()) {
      throw kind.missing(key);
    }
    Page<DocumentVersion> page = Page.of(found, limit, last -> Cursor.of(last.edition().version()));
    return new Page<>(page.items().stream().map(versionView).toList(), page.nextCursor());
  }

  /** One version of the history. */
  public Response version(String key, long number, HttpHeaders headers) {
    Preconditions conditions = Preconditions.from(headers);
    DocumentVersion version =
        DocumentVersionEntity.of(DocumentId.of(kind.change(), space.key(key)), number)
            .orElseThrow(() -> kind.missing(key, number))
            .toVersion();
    return conditions.answerGet(
        versionView.apply(version), new EntityTag(version.edition().tag()), Map.of());
  }

  private Key id(String key) {
    return DocumentId.cacheKey(kind.change(), space.key(key));
  }

  private String by() {
    return caller.getPrincipal().getName();
  }
}
