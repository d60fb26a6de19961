package botbot.document;

import botbot.cache.Write;
import botbot.change.ChangeKind;
import botbot.http.json.Json;
import botbot.space.Space;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.ws.rs.core.EntityTag;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.jpa.HibernateHints;
import org.jspecify.annotations.Nullable;

/** A row of {@code document}; the document may be deleted. */
@Entity
@Table(name = "document")
@IdClass(DocumentId.class)
public class DocumentEntity extends PanacheEntityBase {

  @Id public String space;
  @Id public String kind;
  @Id public String key;
  public long number;
  public String content;
  public @Nullable String schema;

  @Column(name = "updated_at")
  public Instant updatedAt;

  @Column(name = "updated_by")
  public String updatedBy;

  public boolean deleted;
  public long version;

  /** Rows that are read at once, each of which may be as long as a body. */
  static final int FETCHED = 16;

  /** The row of a document that was written at least once. */
  static Optional<DocumentEntity> of(DocumentId id) {
    return findByIdOptional(id);
  }

  /** A document that was never written. */
  static DocumentEntity unwritten(DocumentId id) {
    DocumentEntity entity = new DocumentEntity();
    entity.space = id.space();
    entity.kind = id.kind();
    entity.key = id.key();
    entity.deleted = true;
    return entity;
  }

  /** At most {@code limit} documents by key, from the one after {@code after} on. */
  static Stream<DocumentEntity> live(
      Space space, ChangeKind kind, String prefix, String after, int limit) {
    String pattern = prefix.replace("_", "!_") + '%';
    return DocumentEntity.<DocumentEntity>find(
        "space = ?1 and kind = ?2 and not deleted and key > ?3 and key like ?4 escape '!'"
            + " order by key",
        space.name(),
        kind.toString(),
        after,
        pattern)
        .page(0, limit)
        .withHint(HibernateHints.HINT_FETCH_SIZE, FETCHED)
        .stream();
  }

  /** The entity tag of a live document. */
  Optional<EntityTag> tag() {
    return deleted ? Optional.empty() : Optional.of(VersionTag.of(number, version));
  }

  /** Makes this the content of the next version. */
  void change(Json newContent, String by, Write write) {
    number++;
    content = newContent.text();
    updatedAt = write.now();
    updatedBy = by;
    deleted = false;
    version = write.version();
  }

  Document toDocument() {
    return new Document(key, new Json(content), number, updatedAt, updatedBy, deleted, version);
  }
}
