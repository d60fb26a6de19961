package botbot.preference;

import botbot.erasure.UserPreferences;
import botbot.http.json.Json;
import botbot.space.Key;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The preferences of a user, all together. */
@Singleton
class PreferencesOfUser implements UserPreferences {

  private final CachedPreferences cached;

  PreferencesOfUser(CachedPreferences cached) {
    this.cached = cached;
  }

  @Override
  public Optional<Json> find(Key user) {
    return cached.find(user).map(Preferences::preferences);
  }

  @Override
  public int erase(Key user) {
    return cached.deleteAll(user);
  }
}
