package botbot.session;

import botbot.cache.Hits;
import botbot.cache.entry.DatabaseClock;
import botbot.http.DatabaseFaults;
import botbot.http.page.Batch;
import botbot.http.page.Fill;
import botbot.http.problem.Missing;
import botbot.space.Key;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The rules of sessions: what counts as an access, and what an access does. */
@ApplicationScoped
class Sessions {

  private final CachedSessions cached;
  private final PendingExtensions pending;
  private final DatabaseClock clock;
  private final Hits.Way<Session> hits;
  private final ConcurrentMap<Key, CompletableFuture<Optional<Session>>> extensions =
      new ConcurrentHashMap<>();

  Sessions(CachedSessions cached, PendingExtensions pending, DatabaseClock clock, Hits hits) {
    this.cached = cached;
    this.hits = hits.of(CachedSessions.CACHE, Session.class);
    this.pending = pending;
    this.clock = clock;
  }

  /** Reads a live session, which extends it if it slides; {@link Missing} if there is none. */
  Session access(Key key) {
    return find(key).orElseThrow(() -> CachedSessions.missing(key));
  }

  /** Reads those that live, in the order asked, until they fill an answer. */
  Batch<Session> accessAll(List<Key> keys) {
    Map<Key, Optional<Session>> known = hits.known(keys);
    Fill fill = new Fill();
    List<Session> items = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      Optional<Session> found = known.containsKey(key) ? known.get(key) : cached.find(key);
      if (found.isPresent() && !fill.takes(found.get().data().bytes())) {
        return new Batch<>(items, keys.subList(i, keys.size()).stream().map(Key::id).toList());
      }
      accessed(key, found).ifPresent(items::add);
    }
    return new Batch<>(items, null);
  }

  private Optional<Session> find(Key key) {
    return accessed(key, cached.find(key));
  }

  private Optional<Session> accessed(Key key, Optional<Session> found) {
    return found.filter(session -> session.mustExtend(clock.now())).isPresent()
        ? extend(key, found.get())
        : found;
  }

  /**
   * Many who read a session at once need it extended once; each is shown what it has read itself.
   */
  private Optional<Session> extend(Key key, Session session) {
    CompletableFuture<Optional<Session>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<Session>> other = extensions.putIfAbsent(key, mine);
    if (other != null) {
      Optional<Session> extended = other.join();
      return extended.filter(done -> !done.mustExtend(clock.now())).isPresent()
          ? Optional.of(session.until(extended.get().expiresAt()))
          : extendAlone(key, session);
    }
    Optional<Session> extended = Optional.empty();
    try {
      extended = extendAlone(key, session);
      return extended;
    } finally {
      extensions.remove(key, mine);
      mine.complete(extended);
    }
  }

  private Optional<Session> extendAlone(Key key, Session session) {
    try {
      return cached.extend(key);
    } catch (RuntimeException e) {
      if (!DatabaseFaults.takesNoWrites(e)) {
        throw e;
      }
      // the access counts all the same: it is kept in Redis, and written when PostgreSQL takes it
      Session extended = session.extended(clock.now());
      pending.add(key, extended);
      return Optional.of(cached.extendInCache(key, extended));
    }
  }
}
