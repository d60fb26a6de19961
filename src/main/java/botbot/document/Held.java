package botbot.document;

import botbot.cache.CacheStatus.Outcome;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What this process holds of a document, ready to be sent.
 *
 * @param document none where it was never written or is deleted
 * @param body the document as callers see it, in UTF-8; empty where there is none
 * @param version what the near cache compares by; 0 where it was never written
 * @param loaded how it was come by
 */
record Held(
    Optional<Document> document, byte[] body, long version, AtomicReference<Outcome> loaded) {

  /** How it was come by, for one of the reads that waited: one alone loaded, the others shared. */
  Outcome tell() {
    return loaded.getAndUpdate(
        outcome ->
            switch (outcome) {
              case STORED, MISS -> Outcome.COLLAPSED;
              default -> outcome;
            });
  }
}
