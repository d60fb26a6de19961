package botbot.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botbot.testing.Backends;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class WatchPoolTest {

  private static final String INSERT = "insert into watched values (1)";
  private static final String COUNT = "select count(*) from watched";

  @Inject WatchPool watch;

  @BeforeEach
  void table() {
    Backends.postgres().query("create table watched (n integer)");
  }

  @AfterEach
  void noTable() {
    Backends.postgres().query("drop table watched");
  }

  @Test
  void whatFailsIsUndoneAndWhatSucceedsIsNot() throws SQLException {
    assertThrows(
        IllegalStateException.class,
        () ->
            watch.inTransaction(
                connection -> {
                  execute(connection, INSERT);
                  throw new IllegalStateException("Redis is away");
                }));
    assertEquals(0, count());
    watch.inTransaction(connection -> execute(connection, INSERT));
    assertEquals(1, count());
    // the connection has gone back as it was
    watch.query(connection -> execute(connection, INSERT));
    assertEquals(2, count());
  }

  @Test
  void itTakesNoPartInTheTransactionOfItsCaller() throws SQLException {
    QuarkusTransaction.begin();
    watch.query(connection -> execute(connection, INSERT));
    QuarkusTransaction.rollback();
    assertEquals(1, count());
  }

  @Test
  void whereConnectionsWereEndedTheyAreSoonMadeAnew() throws SQLException {
    watch.query(connection -> execute(connection, INSERT));
    Backends.postgres()
        .query(
            "select count(pg_terminate_backend(pid, 1000)) from pg_stat_activity"
                + " where pid <> pg_backend_pid() and backend_type = 'client backend'");
    Awaitility.await("another connection")
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(() -> count() == 1);
  }

  private int count() throws SQLException {
    return watch.query(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery(COUNT)) {
            row.next();
            return row.getInt(1);
          }
        });
  }

  private static boolean execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql);
    }
  }
}
