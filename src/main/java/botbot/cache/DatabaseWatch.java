package botbot.cache;

import botbot.cache.Epoch.PostgresIdentity;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Says when PostgreSQL is not the one it was, whether Redis can be reached or not. */
@Singleton
class DatabaseWatch {

  private static final Logger LOG = Logger.getLogger(DatabaseWatch.class);

  private final Event<DatabaseReplaced> replaced;
  private @Nullable PostgresIdentity last;

  DatabaseWatch(Event<DatabaseReplaced> replaced) {
    this.replaced = replaced;
  }

  /** A look found this PostgreSQL. */
  synchronized void seen(PostgresIdentity now) {
    PostgresIdentity before = last;
    last = now;
    if (before != null && !before.equals(now)) {
      LOG.warnf("PostgreSQL was %s and is %s: what memory holds is forgotten", before, now);
      replaced.fire(new DatabaseReplaced());
    }
  }
}
