package botbot.preference;

import botbot.access.ShortReads;
import botbot.cache.Hits;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The short way to the preferences of a user that are cached. */
@Singleton
final class PreferenceRoute {

  private final ShortReads reads;
  private final Hits.Way<Preferences> hits;

  PreferenceRoute(ShortReads reads, Hits hits) {
    this.reads = reads;
    this.hits = hits.of(CachedPreferences.CACHE, Preferences.class);
  }

  void register(@Observes Router router) {
    reads.answer(router, "/v1/users/:userId/preferences", "userId", hits::hit);
  }
}
