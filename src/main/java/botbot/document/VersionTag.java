package botbot.document;

import jakarta.ws.rs.core.EntityTag;

/**
 * Entity tags of documents. Callers see versions 1, 2, 3 …; a PostgreSQL that was restored gives
 * them again. So a tag carries the version that the cache compares by too, which never is.
 */
final class VersionTag {

  private VersionTag() {}

  static EntityTag of(long number, long version) {
    return new EntityTag(number + "-" + Long.toString(version, Character.MAX_RADIX));
  }
}
