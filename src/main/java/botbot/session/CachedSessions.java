package botbot.session;

import botbot.cache.CacheEvict;
import botbot.cache.CacheUpdate;
import botbot.cache.Cached;
import botbot.cache.CachedRows;
import botbot.cache.Deletions;
import botbot.cache.Hits;
import botbot.cache.Write;
import botbot.cache.WriteGroup;
import botbot.cache.WriteGroup.Outcome;
import botbot.cache.WriteGroup.Stored;
import botbot.cache.Writes;
import botbot.cache.Writes.Attempt;
import botbot.cache.Written;
import botbot.cache.entry.DatabaseClock;
import botbot.cache.expiry.ExpiredRows;
import botbot.http.condition.EntityTags;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.json.Limits;
import botbot.http.patch.Patch;
import botbot.http.patch.Patches;
import botbot.http.problem.Conflict;
import botbot.http.problem.Missing;
import botbot.space.Key;
import io.vertx.core.Context;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sessions in PostgreSQL behind the cache: one method, one transaction, one change of an entry. */
@ApplicationScoped
class CachedSessions {

  static final String CACHE = "sessions";

  @Produces @Singleton static final ExpiredRows EXPIRED = new ExpiredRows("session");

  private static final CachedRows ROWS = new CachedRows(CACHE, "session", "id");

  private final Writes writes;
  private final Deletions deletions;
  private final Limits limits;
  private final Patches patches;
  private final DatabaseClock clock;
  private final Hits.Way<Session> hits;
  private final WriteGroup<Session> puts;
  private final WriteGroup<Session> changes;

  CachedSessions(
      Writes writes,
      Deletions deletions,
      Limits limits,
      Patches patches,
      DatabaseClock clock,
      Hits hits) {
    this.writes = writes;
    this.deletions = deletions;
    this.limits = limits;
    this.patches = patches;
    this.clock = clock;
    this.hits = hits.of(CACHE, Session.class);
    this.puts = writes.group(CACHE, Session.class, "put_sessions", types("boolean"));
    this.changes =
        writes.group(
            CACHE,
            Session.class,
            "change_sessions",
            types("bigint", "boolean", "bigint", "timestamptz"));
  }

  @Cached(CACHE)
  @Transactional
  Optional<Session> find(Key key) {
    return SessionEntity.alive(key).map(SessionEntity::toSession);
  }

  /** Creates a session; {@link Conflict} if the id is live. */
  Session create(Key key, SessionBody body) {
    return putTogether(key, body, false).orElseGet(() -> putAlone(key, body, false)).shown();
  }

  /** Creates or replaces a session. */
  Written<Session> put(Key key, SessionBody body, Preconditions conditions) {
    return conditions == Preconditions.NONE
        ? putTogether(key, body, true).orElseGet(() -> putAlone(key, body, true))
        : putIf(key, body, conditions);
  }

  @CacheUpdate(CACHE)
  @Transactional
  Written<Session> putIf(Key key, SessionBody body, Preconditions conditions) {
    Write write = writes.begin(CACHE, key, body.userId());
    Optional<SessionEntity> row = SessionEntity.locked(key);
    Optional<SessionEntity> live = row.filter(session -> session.isAlive(write));
    conditions.checkWrite(live.map(session -> EntityTags.of(session.version)));
    limits.check("data", body.dataOrDefault());
    SessionEntity session = row.orElseGet(() -> SessionEntity.of(key, write.now()));
    if (live.isEmpty()) {
      session.createdAt = write.now();
    }
    Written<Session> written = replace(session, body, write, live.isEmpty());
    session.persist();
    return written;
  }

  /** Together with what others write; empty if the session is busy, which is not waited for. */
  @CacheUpdate(CACHE)
  Optional<Written<Session>> putTogether(Key key, SessionBody body, boolean replace) {
    limits.check("data", body.dataOrDefault());
    Outcome<Session> put =
        puts.store(key, (write, row) -> put(key, body, write, row), arguments(key, body, replace));
    return put.busy() ? Optional.empty() : Optional.of(put.stored().orElseThrow(() -> lives(key)));
  }

  /** The same for event loops; null too where a session lives and is not to be replaced. */
  Future<@Nullable Stored> putAtOnce(Context here, Key key, SessionBody body, boolean replace) {
    return puts.storeAtOnce(
        here, key, (write, row) -> put(key, body, write, row), arguments(key, body, replace));
  }

  /** In a transaction of its own, which waits for others that hold the session. */
  @CacheUpdate(CACHE)
  @Transactional
  Written<Session> putAlone(Key key, SessionBody body, boolean replace) {
    Written<Session> written =
        writes.store(
            CACHE,
            key,
            "put_session(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (write, row) -> put(key, body, write, row),
            arguments(key, body, replace));
    if (!replace && !written.created()) {
      throw lives(key);
    }
    return written;
  }

  private static Written<Session> put(Key key, SessionBody body, Write write, ResultSet row)
      throws SQLException {
    SessionEntity session = SessionEntity.of(key, Writes.time(row, "created_at"));
    return replace(session, body, write, row.getBoolean("created"));
  }

  /**
   * Takes over what the caller said, and shows it with its TTL. It is stored as after an access, so
   * that the reads that follow soon need not be written down.
   */
  private static Written<Session> replace(
      SessionEntity session, SessionBody body, Write write, boolean created) {
    session.replace(body, write);
    Session shown = session.toSession();
    session.accessed(write.now());
    return new Written<>(session.toSession(), shown, created);
  }

  /** What is stored of a session, and what says how. */
  private static @Nullable Object[] arguments(Key key, SessionBody body, Object... more) {
    List<@Nullable Object> all = new ArrayList<>();
    all.add(key.space().name());
    all.add(key.id());
    all.add(body.userId());
    all.add(body.channel());
    all.add(body.agentId());
    all.add(body.dataOrDefault().text());
    all.add(body.ttlOrDefault());
    all.add(body.slidingOrDefault());
    all.addAll(List.of(more));
    return all.toArray();
  }

  /** The types of {@link #arguments}, in PostgreSQL. */
  private static String[] types(String... more) {
    Stream<String> stored =
        Stream.of("text", "text", "text", "text", "text", "text", "integer", "boolean");
    return Stream.concat(stored, Stream.of(more)).toArray(String[]::new);
  }

  private static Conflict lives(Key key) {
    return new Conflict("There is a live session \"" + key.id() + "\" already.");
  }

  /** Applies a patch to a live session, which is an access too. */
  @CacheUpdate(CACHE)
  @Transactional
  Session patch(Key key, Patch patch, Preconditions conditions) {
    Optional<Session> held =
        hits.held(key).filter(known -> conditions.letPass(EntityTags.of(known.version())));
    if (held.isEmpty()) {
      return patch(key, patch, conditions, writes.begin(CACHE, key));
    }
    Attempt<Session> attempt = change(key, held.get(), patched(held.get(), patch));
    return attempt.stored().orElseGet(() -> patch(key, patch, conditions, attempt.write()));
  }

  /** Patches the session as PostgreSQL has it, whatever Redis may hold. */
  private Session patch(Key key, Patch patch, Preconditions conditions, Write write) {
    SessionEntity session = live(key, write);
    conditions.checkWrite(Optional.of(EntityTags.of(session.version)));
    session.changeTo(patched(session.toSession(), patch), write);
    return session.toSession();
  }

  private SessionBody patched(Session session, Patch patch) {
    SessionBody body = patches.apply(patch, session, Session.READ_ONLY, SessionBody.class);
    body.requireObject();
    limits.check("data", body.dataOrDefault());
    return body;
  }

  /** Stores what was made of {@code base}, if that is still the live session. */
  private Attempt<Session> change(Key key, Session base, SessionBody body) {
    return writes.store(
        CACHE,
        key,
        "change_session(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (write, row) ->
            new Attempt<>(
                write,
                row.getObject("created_at") == null
                    ? Optional.empty()
                    : Optional.of(changed(key, body, write, row))),
        arguments(key, base, body, Writes.argument(base.updatedAt())));
  }

  /**
   * Applies a merge-patch to a live session that Redis holds, for event loops; null where that
   * cannot be done at once, or must be refused.
   */
  Future<@Nullable Stored> patchAtOnce(Context here, Key key, Patch patch) {
    return hits.changeAtOnce(
        key,
        base -> {
          SessionBody body = patched(base, patch);
          return changes.storeAtOnce(
              here,
              key,
              (write, row) -> new Written<>(changed(key, body, write, row), false),
              arguments(key, base, body, base.updatedAt()));
        });
  }

  private static @Nullable Object[] arguments(
      Key key, Session base, SessionBody body, Object baseAt) {
    boolean anew = body.startsAnew(base.ttlSeconds(), base.sliding());
    return arguments(key, body, body.lifetimeMs(anew), anew, base.version(), baseAt);
  }

  private static Session changed(Key key, SessionBody body, Write write, ResultSet row)
      throws SQLException {
    SessionEntity session = SessionEntity.of(key, Writes.time(row, "created_at"));
    session.replace(body, write);
    session.expiresAt = Writes.time(row, "expires_at");
    return session.toSession();
  }

  /** Starts the TTL anew; another {@code ttlSeconds} is a change, and a new version. */
  @CacheUpdate(CACHE)
  @Transactional
  Session touch(Key key, @Nullable Integer ttlSeconds) {
    Write write = writes.begin(CACHE, key);
    SessionEntity session = live(key, write);
    if (ttlSeconds == null || ttlSeconds == session.ttlSeconds) {
      session.touched(write.now());
    } else {
      session.ttlSeconds = ttlSeconds;
      session.expiresAt = write.now().plusSeconds(ttlSeconds);
      session.change(new Json(session.data), write);
    }
    return session.toSession();
  }

  private static SessionEntity live(Key key, Write write) {
    return SessionEntity.locked(key)
        .filter(session -> session.isAlive(write))
        .orElseThrow(() -> missing(key));
  }

  /** Deletes a live session. */
  @CacheEvict(CACHE)
  @Transactional
  void delete(Key key, Preconditions conditions) {
    Write write = writes.begin(CACHE, key);
    SessionEntity session = live(key, write);
    conditions.checkWrite(Optional.of(EntityTags.of(session.version)));
    session.delete();
  }

  /** Extends a live sliding session after an access, without a new version; none if it is gone. */
  @CacheUpdate(CACHE)
  @Transactional
  Optional<Session> extend(Key key) {
    Optional<SessionEntity> session = SessionEntity.aliveAndLocked(key);
    session.ifPresent(live -> live.accessed(clock.now()));
    return session.map(SessionEntity::toSession);
  }

  /** Puts a session that was extended while PostgreSQL is away into the cache alone. */
  @CacheUpdate(CACHE)
  Session extendInCache(Key key, Session extended) {
    return extended;
  }

  /** Deletes all sessions of a user, within the transaction of a wider deletion; how many lived. */
  int deleteAll(Key user) {
    return deletions.ofUser(ROWS, user, "expires_at > clock_timestamp()");
  }

  /** Deletes all sessions of a user at once; how many lived. */
  @CacheEvict(CACHE)
  @Transactional
  int deleteAllOfUser(Key user) {
    return deleteAll(user);
  }

  static Missing missing(Key key) {
    return new Missing("There is no session \"" + key.id() + "\".");
  }
}
