package botbot.erasure;

import botbot.http.json.Json;
import botbot.space.Key;
import java.util.Optional;

/** What an erasure and an export ask of preferences: {@code preference} implements it. */
public interface UserPreferences {

  /** All of them as an object; none for a user without any. */
  Optional<Json> find(Key user);

  /**
   * Deletes all of them, within the transaction of the caller under {@link
   * botbot.cache.CacheEvict}; 1, or 0 where there were none.
   */
  int erase(Key user);
}
