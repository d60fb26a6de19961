package botbot.session;

import botbot.access.ShortReads;
import botbot.cache.Hits;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The short way to a session that is cached. */
@Singleton
final class SessionRoute {

  private final ShortReads reads;
  private final Hits.Way<Session> hits;

  SessionRoute(ShortReads reads, Hits hits) {
    this.reads = reads;
    this.hits = hits.of(CachedSessions.CACHE, Session.class);
  }

  void register(@Observes Router router) {
    reads.answer(router, "/v1/sessions/:id", "id", hits::hit);
  }
}
