package botbot.scratch;

import botbot.cache.Write;
import botbot.http.condition.EntityTags;
import botbot.http.json.Json;
import botbot.space.Key;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.ws.rs.core.EntityTag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A row of {@code scratch_value}; it may have expired. */
@Entity
@Table(name = "scratch_value")
@IdClass(ScratchId.class)
public class ScratchEntity extends PanacheEntityBase {

  private static final String TAKE =
      "delete from scratch_value where space = ?1 and namespace = ?2 and key = ?3"
          + " and expires_at > statement_timestamp() returning body";

  @Id public String space;
  @Id public String namespace;
  @Id public String key;
  public String body;
  public long version;

  @Column(name = "expires_at")
  public Instant expiresAt;

  /** The value that has not expired, by PostgreSQL's clock. */
  static Optional<ScratchEntity> alive(ScratchId id) {
    return find(
            "space = ?1 and namespace = ?2 and key = ?3 and expiresAt > instant",
            id.space(),
            id.namespace(),
            id.key())
        .firstResultOptional();
  }

  /** The row, whether it has expired or not. */
  static Optional<ScratchEntity> of(ScratchId id) {
    return findByIdOptional(id);
  }

  /** Deletes a value that has not expired and gives its body: to one caller, however many ask. */
  static Optional<Json> take(ScratchId id) {
    return getEntityManager()
        .createNativeQuery(TAKE, String.class)
        .setParameter(1, id.space())
        .setParameter(2, id.namespace())
        .setParameter(3, id.key())
        .getResultStream()
        .findFirst()
        .map(body -> new Json((String) body));
  }

  /** At most {@code limit} values of a namespace by key, from the one after {@code after} on. */
  static List<ScratchItem> alive(Key namespace, String after, int limit) {
    return find(
            "space = ?1 and namespace = ?2 and key > ?3 and expiresAt > instant order by key",
            namespace.space().name(),
            namespace.id(),
            after)
        .page(0, limit)
        // without the bodies
        .project(ScratchItem.class)
        .list();
  }

  boolean isAlive(Write write) {
    return expiresAt.isAfter(write.now());
  }

  EntityTag tag() {
    return EntityTags.of(version);
  }

  /** Makes this the value, until {@code ttlSeconds} from now. */
  void change(ScratchId id, Json value, int ttlSeconds, Write write) {
    space = id.space();
    namespace = id.namespace();
    key = id.key();
    body = value.text();
    version = write.version();
    expiresAt = write.now().plusSeconds(ttlSeconds);
  }

  Scratch toScratch() {
    return new Scratch(key, new Json(body), version, expiresAt);
  }
}
