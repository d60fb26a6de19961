package botbot.session;

import botbot.cache.Write;
import botbot.http.json.Json;
import botbot.space.Key;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.jpa.HibernateHints;
import org.jspecify.annotations.Nullable;

/** A row of {@code session}; it may have expired. */
@Entity
@Table(name = "session")
@IdClass(SessionId.class)
public class SessionEntity extends PanacheEntityBase {

  private static final String OF_USER =
      "space = ?1 and userId = ?2 and expiresAt > instant"
          // the framework spells a row comparison out as an "or", which no index can seek by
          + " and createdAt <= ?3 and (createdAt, id) < (?3, ?4)"
          + " order by createdAt desc, id desc";

  @Id public String space;
  @Id public String id;

  @Column(name = "user_id")
  public String userId;

  public @Nullable String channel;

  @Column(name = "agent_id")
  public @Nullable String agentId;

  public String data;

  @Column(name = "ttl_seconds")
  public int ttlSeconds;

  public boolean sliding;
  public long version;

  @Column(name = "created_at")
  public Instant createdAt;

  @Column(name = "updated_at")
  public Instant updatedAt;

  @Column(name = "expires_at")
  public Instant expiresAt;

  /** Rows that are read at once, each of which may be as long as a body. */
  private static final int FETCHED = 16;

  static SessionEntity of(Key key, Instant createdAt) {
    SessionEntity session = new SessionEntity();
    session.space = key.space().name();
    session.id = key.id();
    session.createdAt = createdAt;
    return session;
  }

  /** The live session, by PostgreSQL's clock. */
  static Optional<SessionEntity> alive(Key key) {
    return find("space = ?1 and id = ?2 and expiresAt > instant", key.space().name(), key.id())
        .firstResultOptional();
  }

  /** As {@link #alive}, locked until the transaction ends. */
  static Optional<SessionEntity> aliveAndLocked(Key key) {
    return SessionEntity.<SessionEntity>find(
            "space = ?1 and id = ?2 and expiresAt > instant", key.space().name(), key.id())
        .withLock(LockModeType.PESSIMISTIC_WRITE)
        .firstResultOptional();
  }

  /** The row, locked against extension by readers, whether it has expired or not. */
  static Optional<SessionEntity> locked(Key key) {
    return findByIdOptional(SessionId.of(key), LockModeType.PESSIMISTIC_WRITE);
  }

  /** At most {@code limit} of a user's live sessions from the newest, after a position in time. */
  static Stream<SessionEntity> ofUser(Key user, Instant before, String beforeId, int limit) {
    return SessionEntity.<SessionEntity>find(
        OF_USER, user.space().name(), user.id(), before, beforeId)
        .page(0, limit)
        .withHint(HibernateHints.HINT_FETCH_SIZE, FETCHED)
        .stream();
  }

  /** As {@link #ofUser}, and the data stays in the database. */
  static List<ListedSession.WithoutData> ofUserWithoutData(
      Key user, Instant before, String beforeId, int limit) {
    return find(OF_USER, user.space().name(), user.id(), before, beforeId)
        .project(ListedSession.WithoutData.class)
        .page(0, limit)
        .list();
  }

  /** Lets a sliding session live until {@code end}, were it to end earlier. */
  static void outlive(Key key, Instant end) {
    update(
        "expiresAt = ?3 where space = ?1 and id = ?2 and sliding and expiresAt < ?3",
        key.space().name(),
        key.id(),
        end);
  }

  boolean isAlive(Write write) {
    return expiresAt.isAfter(write.now());
  }

  /** Takes over what the caller said, with the TTL started anew. */
  void replace(SessionBody body, Write write) {
    userId = body.userId();
    channel = body.channel();
    agentId = body.agentId();
    ttlSeconds = body.ttlOrDefault();
    sliding = body.slidingOrDefault();
    expiresAt = write.now().plusSeconds(ttlSeconds);
    change(body.dataOrDefault(), write);
  }

  /** Takes over what the caller changed, which is an access; another TTL starts anew. */
  void changeTo(SessionBody body, Write write) {
    if (body.startsAnew(ttlSeconds, sliding)) {
      replace(body, write);
      return;
    }
    Instant end = expiresAt;
    replace(body, write);
    expiresAt = end;
    accessed(write.now());
  }

  /** Makes this the content of a new version. */
  void change(Json content, Write write) {
    data = content.text();
    version = write.version();
    updatedAt = write.now();
  }

  /** An access: it extends a sliding session. */
  void accessed(Instant now) {
    if (sliding) {
      touched(now);
    }
  }

  /** Starts the TTL anew; of two at once the later one counts. */
  void touched(Instant now) {
    Instant end = toSession().extended(now).expiresAt();
    expiresAt = end.isAfter(expiresAt) ? end : expiresAt;
  }

  Session toSession() {
    return new Session(
        id,
        userId,
        channel,
        agentId,
        new Json(data),
        ttlSeconds,
        sliding,
        version,
        createdAt,
        updatedAt,
        expiresAt);
  }
}
