package botbot.database;

import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ExceptionSorter;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Says after which errors a connection is not used again: what it leads to may not be what it was.
 */
final class FatalFaults implements ExceptionSorter {

  private static final Logger LOG = Logger.getLogger(FatalFaults.class);

  /** Ended by an administrator, by a crash, or for being idle. */
  private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P05");

  /** A server that was a primary when it was connected to. */
  private static final String READ_ONLY = "25006";

  /**
   * A prepared statement that is there already or is missing, likewise a portal; an aborted
   * transaction that another left behind.
   */
  private static final Set<String> SHARED = Set.of("42P05", "26000", "34000", "25P02");

  private final AtomicBoolean told = new AtomicBoolean();

  @Override
  public boolean isFatal(SQLException fault) {
    String state = fault.getSQLState();
    if (state == null) {
      return false;
    }
    if ((state.equals("42P05") || state.equals("26000")) && told.compareAndSet(false, true)) {
      LOG.warn(
          "Connections to PostgreSQL are shared by a pooler in transaction mode: take"
              + " prepareThreshold out of the JDBC URL, or set it to 0");
    }
    return state.startsWith("08")
        || state.equals(READ_ONLY)
        || ENDED.contains(state)
        || SHARED.contains(state);
  }
}
