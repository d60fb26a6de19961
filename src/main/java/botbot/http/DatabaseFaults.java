package botbot.http;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Tells a PostgreSQL that cannot serve now from a fault of ours. */
public final class DatabaseFaults {

  /** Classes of SQLSTATE: connection, resources, operator. */
  private static final Set<String> AWAY = Set.of("08", "53", "57");

  /**
   * Serialisation and deadlock, a read-only replica, a lock that took too long, a schema not made
   * yet.
   */
  private static final Set<String> BUSY = Set.of("40001", "40P01", "25006", "55P03", "42P01");

  private DatabaseFaults() {}

  /** Whether PostgreSQL cannot be reached, or refuses to serve anybody. */
  public static boolean isUnreachable(Throwable fault) {
    return any(fault, DatabaseFaults::away);
  }

  /** Whether the same call may succeed later without any change to it. */
  public static boolean isOutage(Throwable fault) {
    return any(fault, sql -> away(sql) || BUSY.contains(sql.getSQLState()));
  }

  private static boolean any(Throwable fault, Predicate<SQLException> test) {
    boolean database = false;
    for (Throwable at = fault; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        database = true;
        if (test.test(sql)) {
          return true;
        }
      } else if (database && (at instanceof IOException || at instanceof TimeoutException)) {
        return true;
      }
    }
    return false;
  }

  private static boolean away(SQLException fault) {
    String state = fault.getSQLState();
    // the pool's own faults, a timeout on acquisition above all, carry none; 99999 is the driver's
    // own
    return state == null
        || state.equals("99999")
        || (state.length() == 5 && AWAY.contains(state.substring(0, 2)));
  }
}
