package botbot.scratch;

import java.io.Serializable;

/** Where a value is: the id of its row and, as a text, its key in the cache. */
public record ScratchId(String namespace, String key) implements Serializable {

  /** Reads what {@link #toString} wrote; the namespace has no slash. */
  static ScratchId parse(String text) {
    int slash = text.indexOf('/');
    return new ScratchId(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return namespace + '/' + key;
  }
}
