package botbot.document;

import botbot.http.json.Json;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.jpa.HibernateHints;
import org.jspecify.annotations.Nullable;

/** A row of {@code document_version}. */
@Entity
@Table(name = "document_version")
@IdClass(VersionId.class)
public class DocumentVersionEntity extends PanacheEntityBase {

  @Id public String space;
  @Id public String kind;
  @Id public String key;
  @Id public long number;
  public String content;
  public @Nullable String schema;

  @Column(name = "updated_at")
  public Instant updatedAt;

  @Column(name = "updated_by")
  public String updatedBy;

  /** As of {@link DocumentEntity#version}; null for what was written before it was kept. */
  public @Nullable Long version;

  @Column(name = "deleted_at")
  public @Nullable Instant deletedAt;

  @Column(name = "deleted_by")
  public @Nullable String deletedBy;

  /** What is in force now, to be kept. */
  static DocumentVersionEntity of(DocumentEntity document) {
    DocumentVersionEntity entity = new DocumentVersionEntity();
    entity.space = document.space;
    entity.kind = document.kind;
    entity.key = document.key;
    entity.number = document.number;
    entity.content = document.content;
    entity.schema = document.schema;
    entity.updatedAt = document.updatedAt;
    entity.updatedBy = document.updatedBy;
    entity.version = document.version;
    return entity;
  }

  static Optional<DocumentVersionEntity> of(DocumentId id, long number) {
    return findByIdOptional(new VersionId(id.space(), id.kind(), id.key(), number));
  }

  /** At most {@code limit} versions from the newest before {@code before} on. */
  static Stream<DocumentVersionEntity> history(DocumentId id, long before, int limit) {
    return DocumentVersionEntity.<DocumentVersionEntity>find(
        "space = ?1 and kind = ?2 and key = ?3 and number < ?4 order by number desc",
        id.space(),
        id.kind(),
        id.key(),
        before)
        .page(0, limit)
        .withHint(HibernateHints.HINT_FETCH_SIZE, DocumentEntity.FETCHED)
        .stream();
  }

  DocumentVersion toVersion() {
    return new DocumentVersion(
        key,
        new Json(content),
        new PastEdition(
            number,
            updatedAt,
            updatedBy,
            schema == null ? null : new Json(schema),
            deletedAt,
            deletedBy),
        version == null ? updatedAt.toEpochMilli() : version);
  }
}
