package botbot.http;

import botbot.connection.TlsFaults;
import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Tells a PostgreSQL that cannot serve now from a fault of ours. */
public final class DatabaseFaults {

  /** Classes of SQLSTATE: connection, resources, operator. */
  private static final Set<String> AWAY = Set.of("08", "53", "57");

  private static final String READ_ONLY = "25006";

  /**
   * Serialisation and deadlock, a read-only replica, a lock that took too long, a schema not made
   * yet; what a pooler mixes up, the connection being thrown away; a user, password or database
   * that is not known at the moment.
   */
  private static final Set<String> BUSY =
      Set.of(
          "40001", "40P01", READ_ONLY, "55P03", "42P01", "42883", "42P05", "26000", "25P02",
          "28000", "28P01", "3D000");

  /** A role, a password or a database that is refused, and no connection left. */
  private static final Set<String> TURNED_AWAY = Set.of("28000", "28P01", "3D000", "53300");

  private DatabaseFaults() {}

  /** Whether PostgreSQL cannot be reached, or refuses to serve anybody. */
  public static boolean isUnreachable(Throwable fault) {
    return any(fault, DatabaseFaults::away) || isCutOff(fault, false);
  }

  /** Whether the same call may succeed later without any change to it. */
  static boolean isOutage(Throwable fault) {
    return any(fault, sql -> away(sql) || BUSY.contains(sql.getSQLState()))
        || isCutOff(fault, false);
  }

  /** Whether PostgreSQL was lost while it committed, so that it may have done so. */
  static boolean isCommitInDoubt(Throwable fault) {
    return isUnreachable(fault) && isOfCommit(fault);
  }

  private static boolean isOfCommit(@Nullable Throwable at) {
    return at != null
        && (at instanceof LostCommit
            || at instanceof RollbackException
            || isOfCommit(at.getCause()));
  }

  /** Whether PostgreSQL refuses to write, and only that. */
  public static boolean isReadOnly(Throwable fault) {
    return any(fault, sql -> READ_ONLY.equals(sql.getSQLState()));
  }

  /** Whether PostgreSQL takes no writes from anybody, be it away or read-only. */
  public static boolean takesNoWrites(Throwable fault) {
    return isUnreachable(fault) || isReadOnly(fault);
  }

  /** Whether PostgreSQL refuses the user, the password, or to talk without TLS. */
  public static boolean isLoginRefused(Throwable fault) {
    return any(fault, sql -> String.valueOf(sql.getSQLState()).startsWith("28"));
  }

  /** Whether PostgreSQL refuses new connections; those that are open may go on working. */
  static boolean isTurnedAway(Throwable fault) {
    return any(fault, sql -> TURNED_AWAY.contains(String.valueOf(sql.getSQLState())));
  }

  /**
   * What is wrong with PostgreSQL, in its own words where it answers, whatever the fault is wrapped
   * in, but for addresses and users: health checks tell it to everybody. Of what is no fault of
   * PostgreSQL, the innermost one.
   */
  public static String cause(Throwable fault) {
    if (isReadOnly(fault)) {
      return "PostgreSQL is read-only";
    }
    SQLException refusal = refusal(fault);
    if (refusal == null) {
      return causeWithoutAnswer(fault);
    }
    String words = String.valueOf(refusal.getMessage()).lines().findFirst().orElse("");
    return "PostgreSQL refuses: %s (%s)"
        .formatted(
            words
                .replaceFirst("^(ERROR|FATAL): ", "")
                .replaceAll("( for|,) (host|user|role|database) \"[^\"]*\"", ""),
            refusal.getSQLState());
  }

  private static String causeWithoutAnswer(Throwable fault) {
    if (any(fault, DatabaseFaults::lacksPassword)) {
      return "PostgreSQL wants a password, and there is none";
    }
    String tls = TlsFaults.words(fault);
    if (tls != null) {
      return "PostgreSQL: " + tls;
    }
    return any(fault, sql -> true) ? "PostgreSQL does not answer" : innermost(fault);
  }

  private static String innermost(Throwable fault) {
    Throwable at = fault;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return Objects.requireNonNullElse(at.getMessage(), at.getClass().getSimpleName());
  }

  /** The driver has no more for it than that the connection was rejected. */
  private static boolean lacksPassword(SQLException fault) {
    String text = String.valueOf(fault.getMessage());
    return text.contains("no password was provided")
        || text.contains("password is an empty string");
  }

  /** The error that PostgreSQL answered with, if it did and there is more to it than being away. */
  private static @Nullable SQLException refusal(@Nullable Throwable fault) {
    for (Throwable at = fault; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql && (!away(sql) || isTurnedAway(sql))) {
        return sql;
      }
    }
    return null;
  }

  // a commit that fails names its reason among the suppressed ones
  private static boolean any(@Nullable Throwable at, Predicate<SQLException> test) {
    return at != null
        && (at instanceof SQLException sql && test.test(sql)
            || any(at.getCause(), test)
            || Arrays.stream(at.getSuppressed()).anyMatch(fault -> any(fault, test)));
  }

  /** Whether the network or a deadline is the reason of an error of the database. */
  private static boolean isCutOff(@Nullable Throwable at, boolean inDatabase) {
    if (at == null) {
      return false;
    }
    boolean below = inDatabase || at instanceof SQLException;
    return inDatabase && (at instanceof IOException || at instanceof TimeoutException)
        || isCutOff(at.getCause(), below)
        || Arrays.stream(at.getSuppressed()).anyMatch(fault -> isCutOff(fault, below));
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
