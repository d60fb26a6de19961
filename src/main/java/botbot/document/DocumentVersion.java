package botbot.document;

import botbot.http.Json;

/** One version of a document's history. */
public record DocumentVersion(String key, Json content, PastEdition edition) {}
