package botbot.session;

import botbot.space.Key;
import java.io.Serializable;

/** The id of a session's row. */
public record SessionId(String space, String id) implements Serializable {

  static SessionId of(Key key) {
    return new SessionId(key.space().name(), key.id());
  }
}
