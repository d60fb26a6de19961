package botbot.document;

import botbot.cache.Writes;
import botbot.cache.Written;
import botbot.document.schema.CheckTime;
import botbot.document.schema.SchemaCheck;
import botbot.http.condition.PreconditionFailed;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.json.Limits;
import botbot.http.problem.Unavailable;
import botbot.space.Key;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is to be written against its schema before the transaction of the write begins: that
 * one locks its key and a connection, and a check may take seconds.
 */
@Singleton
class CheckedDocuments {

  /** Each time somebody else has put another schema meanwhile. */
  private static final int ATTEMPTS = 5;

  private final CachedDocuments documents;
  private final SchemaCheck schemas;
  private final Limits limits;
  private final Writes writes;

  CheckedDocuments(CachedDocuments documents, SchemaCheck schemas, Limits limits, Writes writes) {
    this.writes = writes;
    this.documents = documents;
    this.schemas = schemas;
    this.limits = limits;
  }

  /** As {@link CachedDocuments#put}. */
  Written<Document> put(
      Key cacheKey,
      DocumentKind kind,
      Json content,
      @Nullable Json schema,
      String by,
      Preconditions conditions) {
    if (schema != null) {
      checkPreconditions(cacheKey, documents.current(cacheKey), conditions);
      limits.check(kind.field(), content);
      limits.check("schema", schema);
      schemas.checkBoth(schema, content, kind.field(), schemas.time());
      return documents.put(cacheKey, kind, content, CheckedAgainst.itsOwn(schema), by, conditions);
    }
    return against(
        cacheKey,
        kind,
        conditions,
        () -> content,
        checked -> documents.put(cacheKey, kind, content, checked, by, conditions));
  }

  /** Refuses what {@link #put} would refuse of the content and its schema; stores nothing. */
  void check(Key cacheKey, DocumentKind kind, Json content, @Nullable Json schema) {
    limits.check(kind.field(), content);
    Json inForce = schema == null ? documents.current(cacheKey).schema() : schema;
    if (inForce == null) {
      return;
    }
    if (schema == null) {
      schemas.checkContent(inForce, content, kind.field(), schemas.time());
    } else {
      limits.check("schema", schema);
      schemas.checkBoth(schema, content, kind.field(), schemas.time());
    }
  }

  /** As {@link CachedDocuments#rollback}. */
  Document rollback(
      Key cacheKey, DocumentKind kind, long number, String by, Preconditions conditions) {
    return against(
        cacheKey,
        kind,
        conditions,
        () -> documents.old(cacheKey, kind, number),
        checked -> documents.rollback(cacheKey, kind, number, checked, by, conditions));
  }

  private void checkPreconditions(Key cacheKey, Current current, Preconditions conditions) {
    try {
      conditions.checkWrite(current.tag());
    } catch (PreconditionFailed refusal) {
      writes.shown(CachedDocuments.CACHE, cacheKey);
      throw refusal;
    }
  }

  private <T> T against(
      Key cacheKey,
      DocumentKind kind,
      Preconditions conditions,
      Supplier<Json> content,
      Function<CheckedAgainst, T> write) {
    CheckTime time = schemas.time();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Current current = documents.current(cacheKey);
      Json checked = content.get();
      checkPreconditions(cacheKey, current, conditions);
      limits.check(kind.field(), checked);
      if (current.schema() != null) {
        schemas.checkContent(current.schema(), checked, kind.field(), time);
      }
      try {
        return write.apply(CheckedAgainst.theOneInForce(current.schema()));
      } catch (SchemaReplaced meanwhile) {
        // once more, against the new one
      }
    }
    throw new Unavailable("The schema is being replaced all the time.", Duration.ofSeconds(1));
  }
}
