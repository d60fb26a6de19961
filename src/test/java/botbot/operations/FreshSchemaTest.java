package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Backends;
import botbot.testing.PostgresServer;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The schema of an installation that begins, of whose tables PostgreSQL knows nothing yet. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class FreshSchemaTest {

  /** Of each table its primary key's index, and a condition on all of the key's columns. */
  private static final String KEYS =
      """
      select t.relname, i.relname, string_agg(format('%%I = $%%s', a.attname, k.place), ' and ')
        from pg_index x
        join pg_class t on t.oid = x.indrelid
        join pg_class i on i.oid = x.indexrelid
       cross join unnest(x.indkey) with ordinality k (attribute, place)
        join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attribute
       where x.indisprimary and t.relnamespace = '%s'::regnamespace
         and t.relname <> 'flyway_schema_history'
       group by 1, 2
      """;

  private final String schema = "f" + UUID.randomUUID().toString().replace("-", "");
  private final PostgresServer postgres = Backends.postgres();

  @BeforeEach
  void migrate() {
    Flyway.configure()
        .dataSource(postgres.jdbcUrl(), "postgres", "")
        .schemas(schema)
        .locations("db/migration")
        .load()
        .migrate();
  }

  @AfterEach
  void drop() {
    postgres.query("drop schema " + schema + " cascade");
  }

  @Test
  void aRowIsFoundByItsKeyThoughAnotherIndexWouldDo() throws SQLException {
    Map<String, String> others = new TreeMap<>();
    int tables = 0;
    try (Connection connection =
            DriverManager.getConnection(
                postgres.jdbcUrl() + "?preferQueryMode=simple", "postgres", "");
        Statement list = connection.createStatement();
        Statement explain = connection.createStatement()) {
      explain.execute("set search_path = " + schema);
      try (ResultSet keys = list.executeQuery(KEYS.formatted(schema))) {
        while (keys.next()) {
          tables++;
          String select = "select from %s where %s".formatted(keys.getString(1), keys.getString(3));
          String plan = plan(explain, select);
          if (!plan.contains(" using " + keys.getString(2) + " ")) {
            others.put(select, plan);
          }
        }
      }
    }
    assertTrue(tables > 15, tables + " tables");
    assertEquals(Map.of(), others);
  }

  private static String plan(Statement statement, String select) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (ResultSet lines = statement.executeQuery("explain (generic_plan) " + select)) {
      while (lines.next()) {
        plan.append(lines.getString(1)).append('\n');
      }
    }
    return plan.toString();
  }
}
