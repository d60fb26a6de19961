package botbot.session;

import botbot.cache.CacheEvict;
import botbot.cache.CacheUpdate;
import botbot.cache.Cached;
import botbot.cache.DatabaseClock;
import botbot.cache.ExpiredRows;
import botbot.cache.Write;
import botbot.cache.Writes;
import botbot.cache.Written;
import botbot.http.Conflict;
import botbot.http.EntityTags;
import botbot.http.Json;
import botbot.http.Limits;
import botbot.http.Missing;
import botbot.http.Patch;
import botbot.http.Patches;
import botbot.http.Preconditions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sessions in PostgreSQL behind the cache: one method, one transaction, one change of an entry. */
@ApplicationScoped
class CachedSessions {

  static final String CACHE = "sessions";

  @Produces @Singleton static final ExpiredRows EXPIRED = new ExpiredRows("sessions");

  private final Writes writes;
  private final Limits limits;
  private final Patches patches;
  private final DatabaseClock clock;

  CachedSessions(Writes writes, Limits limits, Patches patches, DatabaseClock clock) {
    this.writes = writes;
    this.limits = limits;
    this.patches = patches;
    this.clock = clock;
  }

  @Cached(CACHE)
  @Transactional
  Optional<Session> find(String id) {
    return SessionEntity.alive(id).map(SessionEntity::toSession);
  }

  /** Creates a session; {@link Conflict} if the id is live. */
  @CacheUpdate(CACHE)
  @Transactional
  Session create(String id, SessionBody body) {
    Write write = writes.begin(CACHE, id);
    Optional<SessionEntity> row = SessionEntity.locked(id);
    if (row.filter(session -> session.isAlive(write)).isPresent()) {
      throw new Conflict("There is a live session \"" + id + "\" already.");
    }
    return store(id, row, body, write);
  }

  /** Creates or replaces a session. */
  @CacheUpdate(CACHE)
  @Transactional
  Written<Session> put(String id, SessionBody body, Preconditions conditions) {
    Write write = writes.begin(CACHE, id);
    Optional<SessionEntity> row = SessionEntity.locked(id);
    Optional<SessionEntity> live = row.filter(session -> session.isAlive(write));
    conditions.checkWrite(live.map(session -> EntityTags.of(session.version)));
    return new Written<>(store(id, row, body, write), live.isEmpty());
  }

  private Session store(String id, Optional<SessionEntity> row, SessionBody body, Write write) {
    limits.check(body.dataOrDefault());
    SessionEntity session = row.orElseGet(SessionEntity::new);
    if (row.isEmpty() || !session.isAlive(write)) {
      session.id = id;
      session.createdAt = write.now();
    }
    session.replace(body, write);
    session.persist();
    return session.toSession();
  }

  /** Applies a patch to a live session, which is an access too. */
  @CacheUpdate(CACHE)
  @Transactional
  Session patch(String id, Patch patch, Preconditions conditions) {
    Write write = writes.begin(CACHE, id);
    SessionEntity session = live(id, write);
    conditions.checkWrite(Optional.of(EntityTags.of(session.version)));
    SessionBody body =
        patches.apply(patch, session.toSession(), Session.READ_ONLY, SessionBody.class);
    body.requireObject();
    limits.check(body.dataOrDefault());
    session.changeTo(body, write);
    return session.toSession();
  }

  /** Starts the TTL anew; another {@code ttlSeconds} is a change, and a new version. */
  @CacheUpdate(CACHE)
  @Transactional
  Session touch(String id, @Nullable Integer ttlSeconds) {
    Write write = writes.begin(CACHE, id);
    SessionEntity session = live(id, write);
    if (ttlSeconds == null || ttlSeconds == session.ttlSeconds) {
      session.touched(write.now());
    } else {
      session.ttlSeconds = ttlSeconds;
      session.expiresAt = write.now().plusSeconds(ttlSeconds);
      session.change(new Json(session.data), write);
    }
    return session.toSession();
  }

  private static SessionEntity live(String id, Write write) {
    return SessionEntity.locked(id)
        .filter(session -> session.isAlive(write))
        .orElseThrow(() -> missing(id));
  }

  /** Deletes a live session. */
  @CacheEvict(CACHE)
  @Transactional
  void delete(String id, Preconditions conditions) {
    Write write = writes.begin(CACHE, id);
    SessionEntity session = live(id, write);
    conditions.checkWrite(Optional.of(EntityTags.of(session.version)));
    session.delete();
  }

  /** Extends a live sliding session after an access, without a new version; none if it is gone. */
  @CacheUpdate(CACHE)
  @Transactional
  Optional<Session> extend(String id) {
    Optional<SessionEntity> session = SessionEntity.aliveAndLocked(id);
    session.ifPresent(live -> live.accessed(clock.now()));
    return session.map(SessionEntity::toSession);
  }

  /** Puts a session that was extended while PostgreSQL is away into the cache alone. */
  @CacheUpdate(CACHE)
  Session extendInCache(String id, Session extended) {
    return extended;
  }

  static Missing missing(String id) {
    return new Missing("There is no session \"" + id + "\".");
  }
}
