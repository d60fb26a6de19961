package botbot.session;

import botbot.cache.DatabaseClock;
import botbot.http.DatabaseFaults;
import botbot.http.Missing;
import botbot.space.Key;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** The rules of sessions: what counts as an access, and what an access does. */
@ApplicationScoped
class Sessions {

  private final CachedSessions cached;
  private final PendingExtensions pending;
  private final DatabaseClock clock;

  Sessions(CachedSessions cached, PendingExtensions pending, DatabaseClock clock) {
    this.cached = cached;
    this.pending = pending;
    this.clock = clock;
  }

  /** Reads a live session, which extends it if it slides; {@link Missing} if there is none. */
  Session access(Key key) {
    return find(key).orElseThrow(() -> CachedSessions.missing(key));
  }

  /** Reads those that live, in the order asked. */
  List<Session> accessAll(List<Key> keys) {
    return keys.stream().map(this::find).flatMap(Optional::stream).toList();
  }

  private Optional<Session> find(Key key) {
    Optional<Session> found = cached.find(key);
    return found.filter(session -> session.mustExtend(clock.now())).isPresent()
        ? extend(key, found.get())
        : found;
  }

  private Optional<Session> extend(Key key, Session session) {
    try {
      return cached.extend(key);
    } catch (RuntimeException e) {
      if (!DatabaseFaults.isUnreachable(e)) {
        throw e;
      }
      // the access counts all the same: it is kept in Redis, and written when PostgreSQL is back
      Session extended = session.extended(clock.now());
      pending.add(key, extended);
      return Optional.of(cached.extendInCache(key, extended));
    }
  }
}
