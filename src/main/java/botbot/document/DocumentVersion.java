package botbot.document;

import botbot.http.Json;

/** One version of a document's history. */
public record DocumentVersion(String key, Json content, PastEdition edition) {

  /** The length of its content and its schema. */
  long bytes() {
    Json schema = edition.schema();
    return (long) content.bytes() + (schema == null ? 0 : schema.bytes());
  }
}
