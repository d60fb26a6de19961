package botbot.document;

import botbot.http.json.Json;
import jakarta.ws.rs.core.EntityTag;

/**
 * One version of a document's history.
 *
 * @param written what the cache compared by when this was the latest version
 */
public record DocumentVersion(String key, Json content, PastEdition edition, long written) {

  /** Its entity tag: a deletion changes what is told of the version. */
  EntityTag tag() {
    EntityTag tag = VersionTag.of(edition.version(), written);
    return edition.deletedAt() == null ? tag : new EntityTag(tag.getValue() + "-deleted");
  }

  /** The length of its content and its schema. */
  long bytes() {
    Json schema = edition.schema();
    return (long) content.bytes() + (schema == null ? 0 : schema.bytes());
  }
}
