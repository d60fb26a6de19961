package botbot.cache;

import botbot.cache.Look.Database;
import botbot.database.Connections;
import botbot.http.DatabaseFaults;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What looks find out about PostgreSQL; the log tells when it goes and when it is back. */
@Singleton
class DatabaseHealth {

  private static final Logger LOG = Logger.getLogger(DatabaseHealth.class);

  /** For how long PostgreSQL must have been away before the log tells of it. */
  private static final long OUTAGE = TimeUnit.SECONDS.toNanos(2);

  private static final String READ_ONLY = "PostgreSQL is read-only";

  private final Connections connections;
  private volatile Database latest = new Database(false, false, Look.AWAY, Duration.ZERO);
  private volatile long well = System.nanoTime();
  private String told = "";

  DatabaseHealth(Connections connections) {
    this.connections = connections;
  }

  /** How it took the last look. */
  Database latest() {
    return latest;
  }

  /** A look was answered. */
  void answered(boolean readOnly, Duration latency) {
    if (readOnly) {
      // a connection may be read-only for good: only a new one shows that it is over
      connections.renewNowAndThen();
      latest = new Database(true, false, READ_ONLY, latency);
      return;
    }
    if (latest.answers() && !latest.writable()) {
      // some were opened while it was read-only, and may remain so
      connections.renew();
    }
    well = System.nanoTime();
    latest = new Database(true, true, "", latency);
  }

  /** Another server answers than did before: connections may lead to the old one. */
  void replaced() {
    connections.renew();
  }

  /**
   * A look is not answered in time. What the one before has found may be why this one takes long:
   * it tells when it ends.
   */
  void late() {
    if (latest.answers()) {
      latest = new Database(false, false, Look.AWAY, latest.latency());
    }
  }

  /** A look failed. */
  void failed(Throwable fault) {
    boolean readOnly = DatabaseFaults.isReadOnly(fault);
    latest = new Database(readOnly, false, DatabaseFaults.cause(fault), latest.latency());
  }

  /** Tells the log what has changed; called by one thread. */
  void tell() {
    Database seen = latest;
    if (!seen.isWell() && !seen.cause().equals(told) && System.nanoTime() - well > OUTAGE) {
      String refused = seen.answers() ? "writes are refused" : "whatever needs it is refused";
      LOG.warnf("%s: %s", seen.cause(), refused);
      told = seen.cause();
    } else if (seen.isWell() && !told.isEmpty()) {
      LOG.info(
          told.equals(READ_ONLY) ? "PostgreSQL takes writes again" : "PostgreSQL answers again");
      told = "";
    }
  }
}
