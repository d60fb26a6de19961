package botbot.erasure;

import botbot.cache.CacheEvict;
import botbot.space.Key;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Erases what is kept of a user, whichever feature keeps it. */
@ApplicationScoped
class UserErasure {

  private final UserSessions sessions;
  private final UserPreferences preferences;
  private final ErasureTable erasures;

  UserErasure(UserSessions sessions, UserPreferences preferences, ErasureTable erasures) {
    this.sessions = sessions;
    this.preferences = preferences;
    this.erasures = erasures;
  }

  /**
   * Erases sessions and preferences at once, and notes that Redis is to be swept of what is left. A
   * session made meanwhile survives if its making began after this.
   */
  @CacheEvict("sessions")
  @Transactional
  Erased erase(Key user) {
    Erased erased = new Erased(sessions.erase(user), preferences.erase(user));
    erasures.add(user);
    return erased;
  }
}
