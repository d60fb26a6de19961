package botbot.cache.freshness;

import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Says when PostgreSQL may have lost something, whether Redis can be reached or not. */
@Singleton
class DatabaseWatch {

  private static final Logger LOG = Logger.getLogger(DatabaseWatch.class);

  private final Event<DatabaseReplaced> replaced;
  private long last = -1;

  DatabaseWatch(Event<DatabaseReplaced> replaced) {
    this.replaced = replaced;
  }

  /** A look found that revisions before this one may have been lost. */
  synchronized void seen(long firstRevision) {
    long before = last;
    last = firstRevision;
    if (before >= 0 && before != firstRevision) {
      LOG.warn(
          "PostgreSQL is another one than it was, or was restored or promoted: what memory holds is"
              + " forgotten");
      replaced.fire(new DatabaseReplaced());
    }
  }
}
