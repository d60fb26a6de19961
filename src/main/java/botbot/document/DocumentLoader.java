package botbot.document;

import botbot.cache.CacheStatus;
import botbot.cache.CacheStatus.Outcome;
import botbot.space.Key;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import java.util.Optional;

/** Loads documents for the near cache, outside of any request, and tells how they were come by. */
@ApplicationScoped
class DocumentLoader {

  private final CachedDocuments documents;
  private final CacheStatus status;

  DocumentLoader(CachedDocuments documents, CacheStatus status) {
    this.documents = documents;
    this.status = status;
  }

  /** A document, or its deletion, and how it was come by. */
  record Loaded(Optional<Document> document, Outcome outcome) {}

  @ActivateRequestContext
  Loaded load(Key id) {
    Optional<Document> document = documents.find(id);
    Outcome outcome = status.outcome();
    return new Loaded(document, outcome == null ? Outcome.BYPASS : outcome);
  }
}
