package botbot.document;

import botbot.change.ChangeKind;
import java.io.Serializable;

/** Which document: the id of its row and, as a text, its key in the cache. */
public record DocumentId(String kind, String key) implements Serializable {

  static DocumentId of(ChangeKind kind, String key) {
    return new DocumentId(kind.toString(), key);
  }

  /** Reads what {@link #toString} wrote; a kind has no colon. */
  static DocumentId parse(String text) {
    int colon = text.indexOf(':');
    return new DocumentId(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public String toString() {
    return kind + ':' + key;
  }
}
