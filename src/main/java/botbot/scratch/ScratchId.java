package botbot.scratch;

import botbot.space.Key;
import java.io.Serializable;

/** Where a value is: the id of its row and, as a text, its key in the cache. */
public record ScratchId(String space, String namespace, String key) implements Serializable {

  /** Reads what {@link #text} wrote; the namespace has no slash. */
  static ScratchId parse(Key key) {
    String text = key.id();
    int slash = text.indexOf('/');
    return new ScratchId(key.space().name(), text.substring(0, slash), text.substring(slash + 1));
  }

  /** Its key in the cache, in its space. */
  static String text(String namespace, String key) {
    return namespace + '/' + key;
  }
}
