package botbot.session;

import botbot.erasure.UserSessions;
import botbot.http.Cursor;
import botbot.http.Page;
import botbot.space.Key;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sessions of a user, all together. */
@Singleton
class SessionsOfUser implements UserSessions {

  /** Later than any session. */
  private static final Instant END_OF_TIME = Instant.ofEpochMilli(1L << 47);

  private final CachedSessions cached;

  SessionsOfUser(CachedSessions cached) {
    this.cached = cached;
  }

  @Override
  public Page<Session> page(Key user, int limit, @Nullable String cursor) {
    Optional<Cursor> after = Cursor.parse(cursor, 2);
    Instant before = after.map(c -> Instant.ofEpochMilli(c.number(0))).orElse(END_OF_TIME);
    String beforeId = after.map(c -> c.text(1)).orElse("");
    List<Session> found =
        SessionEntity.ofUser(user, before, beforeId, limit + 1).stream()
            .map(SessionEntity::toSession)
            .toList();
    return Page.of(found, limit, s -> Cursor.of(s.createdAt().toEpochMilli(), s.id()));
  }

  @Override
  public int erase(Key user) {
    return cached.deleteAll(user);
  }
}
