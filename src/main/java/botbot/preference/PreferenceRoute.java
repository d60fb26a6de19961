package botbot.preference;

import botbot.access.ShortReads;
import botbot.access.ShortWrites;
import botbot.cache.Hits;
import botbot.http.json.Limits;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The short way to all preferences of a user: cached ones, and writes without a condition. */
@Singleton
final class PreferenceRoute {

  private static final String ALL = "/v1/users/:userId/preferences";

  private final ShortReads reads;
  private final ShortWrites writes;
  private final Hits.Way<Preferences> hits;
  private final CachedPreferences preferences;
  private final Limits limits;

  PreferenceRoute(
      ShortReads reads,
      ShortWrites writes,
      Hits hits,
      CachedPreferences preferences,
      Limits limits) {
    this.reads = reads;
    this.writes = writes;
    this.hits = hits.of(CachedPreferences.CACHE, Preferences.class);
    this.preferences = preferences;
    this.limits = limits;
  }

  void register(@Observes Router router) {
    reads.answer(router, ALL, "userId", hits::hit);
    writes.answer(
        router.put(ALL),
        PreferencesBody.class,
        body -> body.isValid() && limits.allow(body.preferences()),
        (body, context) -> context.pathParam("userId"),
        (here, key, body) -> preferences.putAtOnce(here, key, body.preferences()),
        PreferenceResource::path);
    writes.patch(
        router.patch(ALL),
        "userId",
        (here, key, patch) -> preferences.patchAtOnce(here, key, patch),
        PreferenceResource::path);
  }
}
