package botbot.document;

import botbot.cache.CacheUpdate;
import botbot.cache.Cached;
import botbot.cache.Write;
import botbot.cache.Writes;
import botbot.cache.Written;
import botbot.change.ChangeKind;
import botbot.change.Changes;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.page.Cursor;
import botbot.http.page.Page;
import botbot.space.Key;
import botbot.space.Space;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Optional;

/**
 * Documents in PostgreSQL behind the cache: one method, one transaction, one change of an entry and
 * one event. A deletion is an entry too, so that every copy can tell which is newer.
 */
@ApplicationScoped
class CachedDocuments {

  static final String CACHE = "documents";

  private final Writes writes;
  private final Changes changes;

  CachedDocuments(Writes writes, Changes changes) {
    this.writes = writes;
    this.changes = changes;
  }

  /** The document, or its deletion; none if it was never written. */
  @Cached(CACHE)
  @Transactional
  Optional<Document> find(Key cacheKey) {
    return DocumentEntity.of(DocumentId.parse(cacheKey)).map(DocumentEntity::toDocument);
  }

  /** Those that are not deleted, by key, from the one after {@code after} on. */
  @Transactional
  Page<Document> live(Space space, ChangeKind kind, String prefix, String after, int limit) {
    return Page.of(
        DocumentEntity.live(space, kind, prefix, after, limit + 1).map(DocumentEntity::toDocument),
        limit,
        document -> document.content().bytes(),
        document -> Cursor.of(document.key()));
  }

  /** The versions from the newest before {@code before} on. */
  @Transactional
  Page<DocumentVersion> history(DocumentId id, long before, int limit) {
    return Page.of(
        DocumentVersionEntity.history(id, before, limit + 1).map(DocumentVersionEntity::toVersion),
        limit,
        DocumentVersion::bytes,
        version -> Cursor.of(version.edition().version()));
  }

  /** What a write has to keep to, as PostgreSQL has it. */
  @Transactional
  Current current(Key cacheKey) {
    DocumentEntity document = document(cacheKey);
    String schema = document.schema;
    return new Current(document.tag(), schema == null ? null : new Json(schema));
  }

  /** The content of an old version. */
  @Transactional
  Json old(Key cacheKey, DocumentKind kind, long number) {
    return new Json(version(DocumentId.parse(cacheKey), kind, number).content);
  }

  /**
   * Writes the next version, which has been {@code checked}; {@link SchemaReplaced} if that was
   * against a schema that is not in force any more.
   */
  @CacheUpdate(CACHE)
  @Transactional
  Written<Document> put(
      Key cacheKey,
      DocumentKind kind,
      Json content,
      CheckedAgainst checked,
      String by,
      Preconditions conditions) {
    Write write = writes.begin(CACHE, cacheKey);
    DocumentEntity document = document(cacheKey);
    conditions.checkWrite(document.tag());
    boolean created = document.deleted;
    document.schema = checked.schemaToStore(document.schema);
    return new Written<>(store(document, kind, content, by, write), created);
  }

  /** Makes an old version's content the next version; else as {@link #put}. */
  @CacheUpdate(CACHE)
  @Transactional
  Document rollback(
      Key cacheKey,
      DocumentKind kind,
      long number,
      CheckedAgainst checked,
      String by,
      Preconditions conditions) {
    Write write = writes.begin(CACHE, cacheKey);
    DocumentEntity document = document(cacheKey);
    DocumentVersionEntity old = version(DocumentId.parse(cacheKey), kind, number);
    conditions.checkWrite(document.tag());
    document.schema = checked.schemaToStore(document.schema);
    return store(document, kind, new Json(old.content), by, write);
  }

  private Document store(
      DocumentEntity document, DocumentKind kind, Json content, String by, Write write) {
    document.change(content, by, write);
    document.persist();
    DocumentVersionEntity.of(document).persistAndFlush();
    changes.record(new Space(document.space), kind.change(), document.key, document.number, false);
    return document.toDocument();
  }

  /** Deletes a document; its history stays. */
  @CacheUpdate(CACHE)
  @Transactional
  Document delete(Key cacheKey, DocumentKind kind, String by, Preconditions conditions) {
    Write write = writes.begin(CACHE, cacheKey);
    DocumentEntity document = document(cacheKey);
    if (document.deleted) {
      throw kind.missing(document.key);
    }
    conditions.checkWrite(document.tag());
    DocumentVersionEntity.of(DocumentId.parse(cacheKey), document.number)
        .ifPresent(
            latest -> {
              latest.deletedAt = write.now();
              latest.deletedBy = by;
            });
    document.deleted = true;
    document.version = write.version();
    // now, not at the commit: what record() locks is held until then
    document.flush();
    changes.record(new Space(document.space), kind.change(), document.key, document.number, true);
    return document.toDocument();
  }

  private static DocumentVersionEntity version(DocumentId id, DocumentKind kind, long number) {
    return DocumentVersionEntity.of(id, number).orElseThrow(() -> kind.missing(id.key(), number));
  }

  private static DocumentEntity document(Key key) {
    DocumentId id = DocumentId.parse(key);
    return DocumentEntity.of(id).orElseGet(() -> DocumentEntity.unwritten(id));
  }
}
