package botbot.document;

import botbot.cache.CacheStatus.Outcome;
import java.util.Optional;

/**
 * What this process holds of a document, ready to be sent.
 *
 * @param document none where it was never written or is deleted
 * @param body the document as callers see it, in UTF-8; empty where there is none
 * @param version what the near cache compares by; 0 where it was never written
 * @param outcome how it was come by
 */
record Held(Optional<Document> document, byte[] body, long version, Outcome outcome) {}
