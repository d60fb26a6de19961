package botbot.document;

import botbot.change.ChangeKind;
import botbot.space.Key;
import java.io.Serializable;

/** Which document: the id of its row. */
public record DocumentId(String space, String kind, String key) implements Serializable {

  static DocumentId of(ChangeKind kind, Key key) {
    return new DocumentId(key.space().name(), kind.toString(), key.id());
  }

  /** Reads what {@link #cacheKey} wrote; a kind has no colon. */
  static DocumentId parse(Key cacheKey) {
    String text = cacheKey.id();
    int colon = text.indexOf(':');
    return new DocumentId(
        cacheKey.space().name(), text.substring(0, colon), text.substring(colon + 1));
  }

  /** The key of a document in the cache. */
  static Key cacheKey(ChangeKind kind, Key key) {
    return key.space().key(kind.toString() + ':' + key.id());
  }
}
