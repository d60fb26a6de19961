package botbot.cache.expiry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class CleanerTest {

  private static final ExpiredRows SCRATCH = new ExpiredRows("scratch_value");

  @Inject Cleaner cleaner;

  @BeforeEach
  void empty() {
    query("delete from scratch_value");
  }

  @Test
  void whatExpiredLongAgoIsRemovedInBatchesAndTheRestStays() {
    insert(1, 700, "- interval '1 h'");
    insert(701, 800, "- interval '1 s'");
    insert(801, 900, "+ interval '1 h'");
    assertEquals(500, cleaner.clean(SCRATCH).removed());
    assertEquals(200, cleaner.clean(SCRATCH).removed());
    assertEquals(0, cleaner.clean(SCRATCH).removed());
    assertEquals("200", query("select count(*) from scratch_value"));
  }

  @Test
  void aRowThatIsBeingExtendedIsLeftAloneAndStays() throws SQLException {
    insert(1, 3, "- interval '1 h'");
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "update scratch_value set expires_at = now() + interval '1 h' where key = '2'");
      assertEquals(2, cleaner.clean(SCRATCH).removed());
      connection.commit();
    }
    assertEquals(0, cleaner.clean(SCRATCH).removed());
    assertEquals("2", query("select key from scratch_value"));
  }

  @Test
  void onlyOneInstanceIsAtItAtATime() throws SQLException {
    insert(1, 3, "- interval '1 h'");
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select pg_advisory_xact_lock(x'426f7442'::int, 2)");
      assertEquals(0, cleaner.clean(SCRATCH).removed());
      connection.rollback();
    }
    assertEquals(3, cleaner.clean(SCRATCH).removed());
  }

  private static void insert(int from, int to, String end) {
    query(
        "insert into scratch_value (namespace, key, body, version, expires_at)"
            + " select 'cleaner', n::text, '1', n, now() %s from generate_series(%d, %d) n"
                .formatted(end, from, to));
  }

  private static String query(String sql) {
    return Backends.postgres().query(sql).orElse("");
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(Backends.postgres().jdbcUrl(), "postgres", "");
  }
}
