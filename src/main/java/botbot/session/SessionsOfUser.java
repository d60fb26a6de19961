package botbot.session;

import botbot.erasure.UserSessions;
import botbot.http.page.Cursor;
import botbot.http.page.Page;
import botbot.space.Key;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
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
  @Transactional
  public Page<Session> page(Key user, int limit, @Nullable String cursor) {
    Place after = Place.of(cursor);
    return Page.of(
        SessionEntity.ofUser(user, after.time(), after.id(), limit + 1)
            .map(SessionEntity::toSession),
        limit,
        session -> session.data().bytes(),
        session -> Cursor.of(session.createdAt().toEpochMilli(), session.id()));
  }

  /** As {@link #page}, with or without the data of each. */
  @Transactional
  Page<ListedSession> listed(Key user, boolean data, int limit, @Nullable String cursor) {
    if (data) {
      return page(user, limit, cursor).map(ListedSession::of);
    }
    Place after = Place.of(cursor);
    List<ListedSession> found =
        SessionEntity.ofUserWithoutData(user, after.time(), after.id(), limit + 1).stream()
            .map(ListedSession::of)
            .toList();
    return Page.of(found, limit, s -> Cursor.of(s.createdAt().toEpochMilli(), s.id()));
  }

  /** Where the page before ended. */
  private record Place(Instant time, String id) {
    static Place of(@Nullable String cursor) {
      return Cursor.parse(cursor, 2)
          .map(at -> new Place(Instant.ofEpochMilli(at.number(0)), at.text(1)))
          .orElse(new Place(END_OF_TIME, ""));
    }
  }

  @Override
  public int erase(Key user) {
    return cached.deleteAll(user);
  }
}
