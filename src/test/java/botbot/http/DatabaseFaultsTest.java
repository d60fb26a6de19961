package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseFaultsTest {

  @ParameterizedTest
  @ValueSource(strings = {"08001", "08006", "53300", "57P01", "57P03", "57014", "99999"})
  void aServerThatIsAwayIsUnreachable(String state) {
    assertTrue(DatabaseFaults.isUnreachable(wrapped(new SQLException("", state))));
    assertTrue(DatabaseFaults.isOutage(wrapped(new SQLException("", state))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"40001", "40P01", "25006", "55P03", "42P01", "42883"})
  void aServerThatIsBusyCanBeAskedAgain(String state) {
    assertFalse(DatabaseFaults.isUnreachable(wrapped(new SQLException("", state))));
    assertTrue(DatabaseFaults.isOutage(wrapped(new SQLException("", state))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"23505", "22001", "42601", "08"})
  void aFaultOfOursIsNoOutage(String state) {
    assertFalse(DatabaseFaults.isOutage(wrapped(new SQLException("", state))));
  }

  @Test
  void aServerThatRefusesConnectionsIsNotReadOnly() {
    SQLException refused = new SQLException("", "08001", new ConnectException());
    assertFalse(DatabaseFaults.isReadOnly(wrapped(refused)));
    assertEquals("PostgreSQL does not answer", DatabaseFaults.cause(wrapped(refused)));
    assertTrue(DatabaseFaults.isReadOnly(wrapped(new SQLException("", "25006"))));
  }

  @Test
  void aTimeoutOfThePoolHasNoState() {
    assertTrue(DatabaseFaults.isUnreachable(wrapped(new SQLException("acquisition timeout"))));
  }

  @Test
  void aTimeoutCountsOnlyUnderTheDatabase() {
    SocketTimeoutException timeout = new SocketTimeoutException();
    assertTrue(DatabaseFaults.isOutage(new SQLException("", "XX000", timeout)));
    assertFalse(DatabaseFaults.isOutage(wrapped(timeout)));
  }

  @Test
  void aServerLostInTheMiddleOfACommitIsUnreachable() {
    Exception commit = new Exception("Could not commit transaction.");
    commit.addSuppressed(new Exception(new SQLException("", "08006")));
    assertTrue(DatabaseFaults.isUnreachable(wrapped(commit)));
  }

  @Test
  void aCauseIsToldInTheWordsOfPostgresWhateverItIsWrappedIn() {
    assertEquals(
        "PostgreSQL refuses: permission denied for table policy (42501)",
        DatabaseFaults.cause(
            new IllegalStateException(
                "Error invoking subclass method",
                new SQLException(
                    "ERROR: permission denied for table policy\n  Position: 15", "42501"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"28000", "28P01", "3D000", "53300"})
  void aRefusalOfNewConnectionsIsNoAbsence(String state) {
    SQLException refused =
        new SQLException("FATAL: too many connections for role \"botbot\"", state);
    assertTrue(DatabaseFaults.isTurnedAway(wrapped(refused)));
    assertTrue(DatabaseFaults.isOutage(wrapped(refused)));
    assertEquals(
        "PostgreSQL refuses: too many connections (" + state + ")",
        DatabaseFaults.cause(wrapped(refused)));
  }

  @Test
  void anAbsenceIsToldAsOneWhateverItIsWrappedIn() {
    SQLException refused = new SQLException("Connection to 10.0.0.1:5432 refused", "08001");
    assertEquals(
        "PostgreSQL does not answer",
        DatabaseFaults.cause(
            new RuntimeException("Unable to acquire JDBC Connection [n/a] [n/a]", refused)));
  }

  @Test
  void aLostConnectionIsNotTakenForAServerThatIsReadOnly() {
    SQLException lost = new SQLException("An I/O error occurred", "08006", new EOFException());
    assertFalse(DatabaseFaults.isReadOnly(lost));
    assertEquals("PostgreSQL does not answer", DatabaseFaults.cause(lost));
    assertTrue(DatabaseFaults.isReadOnly(wrapped(new SQLException("", "25006"))));
  }

  @Test
  void whatIsNoFaultOfPostgresIsToldAsItself() {
    assertEquals(
        "no policy", DatabaseFaults.cause(wrapped(new IllegalStateException("no policy"))));
    assertEquals("NullPointerException", DatabaseFaults.cause(wrapped(new NullPointerException())));
  }

  @Test
  void aConnectionThatBreaksIsNotReadOnly() {
    SQLException fault = new SQLException("", "08006", new EOFException());
    assertFalse(DatabaseFaults.isReadOnly(fault));
    assertFalse(DatabaseFaults.isLoginRefused(fault));
    assertEquals("PostgreSQL does not answer", DatabaseFaults.cause(wrapped(fault)));
  }

  @Test
  void whatIsWrongWithTlsIsTold() {
    SQLException fault =
        new SQLException(
            "SSL error: PKIX path building failed", "08006", new SSLException("PKIX path"));
    assertEquals(
        "PostgreSQL: its certificate is of a CA that is not trusted",
        DatabaseFaults.cause(wrapped(fault)));
    assertEquals(
        "PostgreSQL: its certificate is for another host name",
        DatabaseFaults.cause(
            new SQLException(
                "The hostname db could not be verified by hostnameverifier", "08006")));
    assertEquals(
        "PostgreSQL: it does not speak TLS",
        DatabaseFaults.cause(new SQLException("The server does not support SSL.", "08004")));
  }

  @Test
  void neitherAddressNorUserIsTold() {
    assertEquals(
        "PostgreSQL refuses: no pg_hba.conf entry, no encryption (28000)",
        DatabaseFaults.cause(
            new SQLException(
                "FATAL: no pg_hba.conf entry for host \"10.0.0.1\", user \"u\","
                    + " database \"d\", no encryption",
                "28000")));
    assertEquals(
        "PostgreSQL refuses: password authentication failed (28P01)",
        DatabaseFaults.cause(
            new SQLException("FATAL: password authentication failed for user \"u\"", "28P01")));
    assertEquals(
        "PostgreSQL wants a password, and there is none",
        DatabaseFaults.cause(
            new SQLException(
                "The server requested SCRAM-based authentication, but no password was provided.",
                "08004")));
  }

  private static Throwable wrapped(Throwable fault) {
    return new IllegalStateException(new RuntimeException(fault));
  }
}
