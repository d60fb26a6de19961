package botbot.cache.freshness;

import botbot.cache.freshness.Look.Database;
import botbot.database.Connections;
import botbot.http.DatabaseFaults;
import botbot.http.TurnedAway;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What looks find out about PostgreSQL; the log tells when it goes and when it is back. */
@Singleton
class DatabaseHealth {

  private static final Logger LOG = Logger.getLogger(DatabaseHealth.class);

  /**
   * For how long PostgreSQL must have been away before the log tells of it, and for how long for
   * another reason than the one that the log has told.
   */
  private static final long OUTAGE = TimeUnit.SECONDS.toNanos(2);

  /** For so long a refused connection is told of: nobody may need another before. */
  private static final long REFUSED = TimeUnit.SECONDS.toNanos(10);

  private static final String READ_ONLY = "PostgreSQL is read-only";

  private record Refused(String cause, long at) {}

  private final Connections connections;
  private volatile Refused refused = new Refused("", System.nanoTime());
  private volatile Database latest = new Database(false, false, Look.AWAY, Duration.ZERO);
  private volatile long well = System.nanoTime();
  private String told = "";
  private String cause = "";
  private long causeSince = System.nanoTime();

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
    long now = System.nanoTime();
    Refused last = refused;
    boolean isWell = last.cause().isEmpty() || now - last.at() > REFUSED;
    well = isWell ? now : well;
    latest = new Database(true, true, isWell ? "" : last.cause(), latency);
  }

  /** A request got no connection, while this look and others may go on with theirs. */
  void turnedAway(@Observes TurnedAway event) {
    refused = new Refused(event.cause(), System.nanoTime());
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
    long now = System.nanoTime();
    if (!seen.cause().equals(cause)) {
      cause = seen.cause();
      causeSince = now;
    }
    long begun = told.isEmpty() ? well : causeSince;
    if (!seen.isWell() && !cause.equals(told) && now - begun > OUTAGE) {
      LOG.warnf("%s: %s", seen.cause(), consequence(seen));
      told = seen.cause();
    } else if (seen.isWell() && !told.isEmpty()) {
      LOG.info(
          told.equals(READ_ONLY) ? "PostgreSQL takes writes again" : "PostgreSQL answers again");
      told = "";
    }
  }

  private static String consequence(Database seen) {
    if (!seen.answers()) {
      return "whatever needs it is refused";
    }
    return seen.writable() ? "whatever needs a new connection is refused" : "writes are refused";
  }
}
