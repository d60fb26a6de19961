package botbot.session;

import botbot.access.ShortReads;
import botbot.access.ShortWrites;
import botbot.cache.Hits;
import botbot.http.json.Limits;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * The short way to a session: to those that are cached, and of writes that depend on no condition.
 */
@Singleton
final class SessionRoute {

  private static final String ALL = "/v1/sessions";
  private static final String ONE = "/v1/sessions/:id";

  private final ShortReads reads;
  private final ShortWrites writes;
  private final Hits.Way<Session> hits;
  private final CachedSessions sessions;
  private final Limits limits;

  SessionRoute(
      ShortReads reads, ShortWrites writes, Hits hits, CachedSessions sessions, Limits limits) {
    this.reads = reads;
    this.writes = writes;
    this.hits = hits.of(CachedSessions.CACHE, Session.class);
    this.sessions = sessions;
    this.limits = limits;
  }

  void register(@Observes Router router) {
    reads.answer(router, ONE, "id", hits::hit);
    reads.answerSeveral(router.post(ALL + "/batch-get"), hits::several);
    writes.answer(
        router.put(ONE),
        SessionBody.class,
        this::isValid,
        (body, context) -> context.pathParam("id"),
        (here, key, body) -> sessions.putAtOnce(here, key, body, true),
        SessionResource::path);
    writes.patch(
        router.patch(ONE),
        "id",
        (here, key, patch) -> sessions.patchAtOnce(here, key, patch),
        SessionResource::path);
    writes.answer(
        router.post(ALL),
        NewSession.class,
        body -> body.isValid() && isValid(body.body()),
        (body, context) -> body.idOrRandom(),
        (here, key, body) -> sessions.putAtOnce(here, key, body.body(), false),
        SessionResource::path);
  }

  private boolean isValid(SessionBody body) {
    return body.isValid() && limits.allow(body.dataOrDefault());
  }
}
