package botbot.document;

import botbot.access.CallerSpace;
import botbot.access.ShortReads;
import botbot.cache.Written;
import botbot.http.condition.Answers;
import botbot.http.condition.PreconditionFailed;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.page.Batch;
import botbot.http.page.Cursor;
import botbot.http.page.Fill;
import botbot.http.page.Page;
import botbot.space.Key;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the resources of every kind of document do. Keys have been checked by the resource.
 *
 * @param <D> a document as callers see it
 * @param <V> a version as callers see it
 */
public final class DocumentCalls<D, V> {

  /**
   * Documents that a batch reads at once: of the greatest length by default, they fill an answer.
   */
  private static final int AT_ONCE = 16;

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
    return near.read(space.key(key)).map(held -> answer(key, held, conditions));
  }

  /** Answers plain reads of a document that is held here and fresh on the event loop. */
  void register(Router router, ShortReads reads) {
    reads.answer(
        router, kind.route(), kind.parameter(), key -> Future.succeededFuture(near.shown(key)));
  }

  private Response answer(String key, Held held, Preconditions conditions) {
    Document document = held.document().orElseThrow(() -> kind.missing(key));
    return conditions.answerGet(held.body(), document.tag(), Map.of());
  }

  /** Reads those that exist, in the order asked, until they fill an answer; never blocks. */
  public Uni<Batch<D>> batchGet(List<String> keys) {
    return batchGet(keys, 0, new Fill(), new ArrayList<>());
  }

  /** Goes on from {@code start}, so many at once, until the answer is full. */
  private Uni<Batch<D>> batchGet(List<String> keys, int start, Fill fill, List<D> items) {
    int end = Math.min(keys.size(), start + AT_ONCE);
    if (start == end) {
      return Uni.createFrom().item(new Batch<>(items, null));
    }
    List<Uni<Held>> reads =
        keys.subList(start, end).stream().map(space::key).map(near::read).toList();
    return Uni.join()
        .all(reads)
        .andFailFast()
        .chain(
            found -> {
              for (int i = 0; i < found.size(); i++) {
                Optional<Document> document = found.get(i).document();
                if (document.isPresent() && !fill.takes(document.get().content().bytes())) {
                  List<String> unread = List.copyOf(keys.subList(start + i, keys.size()));
                  return Uni.createFrom().item(new Batch<>(items, unread));
                }
                document.map(view).ifPresent(items::add);
              }
              return batchGet(keys, end, fill, items);
            });
  }

  /** Lists by key, those that begin with {@code prefix}. */
  public Page<D> list(String prefix, int limit, @Nullable String cursor) {
    String after = Cursor.parse(cursor, 1).map(position -> position.text(0)).orElse("");
    return cached.live(space.current(), kind.change(), prefix, after, limit).map(view);
  }

  /** Writes the next version: 200, or 201 where there was no document. */
  public Response put(String key, Json content, @Nullable Json schema, HttpHeaders headers) {
    Written<Document> written =
        writing(
            key,
            () ->
                checked.put(
                    cacheKey(key), kind, content, schema, by(), Preconditions.from(headers)));
    return wrote(written.value(), written.created());
  }

  /** Refuses what {@link #put} would refuse of the content and its schema; stores nothing. */
  public void check(String key, Json content, @Nullable Json schema) {
    checked.check(cacheKey(key), kind, content, schema);
  }

  /** Makes an old version's content the next version. */
  public Response rollback(String key, long number, HttpHeaders headers) {
    Document document =
        writing(
            key,
            () -> checked.rollback(cacheKey(key), kind, number, by(), Preconditions.from(headers)));
    return wrote(document, false);
  }

  /** After a 412, which tells of the current version, nothing older is shown any more. */
  private <T> T writing(String key, Supplier<T> write) {
    try {
      return write.get();
    } catch (PreconditionFailed refusal) {
      near.forget(space.key(key));
      throw refusal;
    }
  }

  private Response wrote(Document document, boolean created) {
    near.wrote(space.key(document.key()), document);
    String path = kind.path(document.key());
    return Answers.written(created, path, view.apply(document), document.tag()).build();
  }

  /** Deletes a document; its history stays. */
  public void delete(String key, HttpHeaders headers) {
    Document deleted =
        writing(key, () -> cached.delete(cacheKey(key), kind, by(), Preconditions.from(headers)));
    near.wrote(space.key(key), deleted);
  }

  /** The history, newest first, of a document that may be deleted. */
  public Page<V> versions(String key, int limit, @Nullable String cursor) {
    long before = Cursor.parse(cursor, 1).map(after -> after.number(0)).orElse(Long.MAX_VALUE);
    DocumentId id = DocumentId.of(kind.change(), space.key(key));
    Page<DocumentVersion> page = cached.history(id, before, limit);
    if (page.items().isEmpty() && DocumentEntity.of(id).isEmpty()) {
      throw kind.missing(key);
    }
    return page.map(versionView);
  }

  /** One version of the history. */
  public Response version(String key, long number, HttpHeaders headers) {
    Preconditions conditions = Preconditions.from(headers);
    DocumentVersion version =
        DocumentVersionEntity.of(DocumentId.of(kind.change(), space.key(key)), number)
            .orElseThrow(() -> kind.missing(key, number))
            .toVersion();
    return conditions.answerGet(versionView.apply(version), version.tag(), Map.of());
  }

  private Key cacheKey(String key) {
    return DocumentId.cacheKey(kind.change(), space.key(key));
  }

  private String by() {
    return caller.getPrincipal().getName();
  }
}
