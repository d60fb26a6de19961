package botbot.document;

import botbot.http.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version of a document.
 *
 * @param number 1, 2, 3 …
 * @param schema what it was checked against, if anything
 * @param deletedAt when the document was deleted, if that was while this was its latest version
 * @param deletedBy the name of the client that deleted it
 */
public record DocumentVersion(
    String key,
    Json content,
    long number,
    Instant updatedAt,
    String updatedBy,
    @Nullable Json schema,
    @Nullable Instant deletedAt,
    @Nullable String deletedBy) {

  /** The value of its entity tag: a deletion changes what is told of the version. */
  String tag() {
    return deletedAt == null ? "" + number : number + "-deleted";
  }
}
