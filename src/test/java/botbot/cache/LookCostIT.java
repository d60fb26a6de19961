package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What a look costs does not depend on rows that no vacuum may remove. {@code -Dlong} for as many
 * as a busy hour leaves.
 */
class LookCostIT {

  private static final int WRITES = System.getProperty("long") == null ? 20_000 : 100_000;

  /** How long PostgreSQL took for a look, in milliseconds. */
  private static final Pattern LOOK =
      Pattern.compile("duration: ([0-9.]+) ms  execute \\S+: with pending as");

  @Test
  void anOldSnapshotDoesNotMakeLooksWalkThroughDeadRows() throws SQLException {
    try (PostgresServer postgres = PostgresServer.launch("log_min_duration_statement=0");
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("look-cost", postgres, redis);
        Connection dump = connect(postgres);
        Connection report = connect(postgres)) {
      Api api = service.api();
      double before = medianOfLooks(postgres, api);
      hold(dump, "select count(*) from session");
      writeAndConfirm(postgres);
      assertAsCheap("a dump's snapshot", before, medianOfLooks(postgres, api));
      // a transaction with a number of its own, as one has that writes to a temporary table
      hold(report, "select pg_current_xact_id()");
      writeAndConfirm(postgres);
      assertAsCheap("a report's transaction", before, medianOfLooks(postgres, api));
    }
  }

  private static void hold(Connection connection, String sql) throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    execute(connection, sql);
  }

  private static void assertAsCheap(String held, double before, double after) {
    System.out.printf(
        "a look: %.2f ms, and %.2f ms after %d writes with %s held%n", before, after, WRITES, held);
    assertTrue(after <= 3 * before + 1, () -> after + " ms against " + before + " with " + held);
  }

  /** As so many writes do, each in a transaction of its own, and its deletion in another. */
  private static void writeAndConfirm(PostgresServer postgres) throws SQLException {
    try (Connection writer = connect(postgres)) {
      execute(writer, "set log_min_duration_statement = -1");
      execute(
          writer,
          """
          do $$
          declare
            v bigint;
          begin
            for i in 1 .. %d loop
              v := nextval('version_seq');
              insert into outbox_entry (version, cache, key, epoch) values (v, 'sessions', 'k', 0);
              commit;
              delete from outbox_entry where version = v;
              commit;
            end loop;
          end $$
          """
              .formatted(WRITES));
    }
  }

  private static double medianOfLooks(PostgresServer postgres, Api api) {
    int logged = postgres.log().length();
    Awaitility.await("looks")
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              api.get("/v1/users/nobody/preferences");
              return looks(postgres, logged).size() >= 11;
            });
    List<Double> looks = looks(postgres, logged);
    return looks.get(looks.size() / 2);
  }

  private static List<Double> looks(PostgresServer postgres, int from) {
    return LOOK.matcher(postgres.log().substring(from))
        .results()
        .map(look -> Double.parseDouble(look.group(1)))
        .sorted()
        .toList();
  }

  private static Connection connect(PostgresServer postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), "postgres", "");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
