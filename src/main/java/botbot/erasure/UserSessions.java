package botbot.erasure;

import botbot.http.page.Page;
import botbot.space.Key;
import org.jspecify.annotations.Nullable;

/** What an erasure and an export ask of sessions: {@code session} implements it. */
public interface UserSessions {

  /** At most {@code limit} live sessions, newest first, from where {@code cursor} ended. */
  Page<?> page(Key user, int limit, @Nullable String cursor);

  /**
   * Deletes all of them, within the transaction of the caller under {@link
   * botbot.cache.CacheEvict}; how many lived.
   */
  int erase(Key user);
}
