package botbot.ratelimit.policy;

import botbot.space.Key;
import java.io.Serializable;

/** The id of a policy's row. */
record PolicyId(String space, String name) implements Serializable {

  static PolicyId of(Key key) {
    return new PolicyId(key.space().name(), key.id());
  }
}
