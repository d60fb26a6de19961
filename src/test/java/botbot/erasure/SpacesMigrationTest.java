package botbot.erasure;

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
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The migration to spaces on an installation that is running: what exists is in the default space,
 * and the statements of the version before go on working.
 */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class SpacesMigrationTest {

  private static final String ROW =
      "'%s', '%s', null, null, '{}', 60, true, %s, now(), now(), now() + interval '1 h'";

  private final String schema = "m" + UUID.randomUUID().toString().replace("-", "");
  private PostgresServer postgres;

  @BeforeEach
  void schemaOfTheVersionBefore() {
    postgres = Backends.postgres();
    flyway("8").migrate();
  }

  @AfterEach
  void drop() {
    postgres.query("drop schema " + schema + " cascade");
  }

  private Flyway flyway(String target) {
    return Flyway.configure()
        .dataSource(postgres.jdbcUrl(), "postgres", "")
        .schemas(schema)
        .locations("db/migration")
        .target(target)
        .load();
  }

  @Test
  void anInstallationThatIsRunningGoesOn() {
    run("insert into cache_epoch values (1, 'r', 'p', 's', 1, 'the first')");
    run("insert into sessions values (" + ROW.formatted("a", "u", "1") + ")");
    run("insert into preferences values ('u', '{}', 2, now())");
    run("insert into documents values ('agent', 'a', 1, '{}', null, now(), 'x', false, 3)");
    run("insert into document_versions values ('agent', 'a', 1, '{}', null, now(), 'x')");
    run("insert into scratch values ('ns', 'k', '1', 4, now() + interval '1 h')");
    run("insert into clients values ('web', 'frontend', null, 5)");
    run("insert into client_keys values ('id', 'web', '\\x00', null)");
    run("insert into rate_policy values ('p','*','*',1,1000,'EXACT','LOCAL',false,true,1)");
    flyway("9").migrate();

    assertEquals("default", one("select space from session where id = 'a'"));
    assertEquals("", one("select identity from deployment"), "its keys stay as they were");

    // what instances of the version before say
    run("select * from begin_write('sessions', 'b')");
    run(
        """
        insert into sessions (agent_id, channel, created_at, data, expires_at, sliding, ttl_seconds,
                              updated_at, user_id, version, id)
        values (null, null, now(), '{}', now() + interval '1 h', true, 60, now(), 'u', 7, 'b')
        """);
    assertEquals(
        "a", one("select id from sessions where id = 'a' and expires_at > now() for update"));
    run("update sessions set version = 8 where id = 'a'");
    run("update preferences set version = 9 where user_id = 'u'");
    run("delete from scratch where namespace = 'ns' and key = 'k' returning body");
    run("select record_change('agent', 'a', 2, false)");
    run("delete from outbox where version = any(array[1::bigint])");
    run(
        """
        delete from sessions where ctid = any(array(
          select ctid from sessions where expires_at < statement_timestamp()
           order by expires_at limit 5 for update skip locked))
        """);
    run(
        """
        insert into clients (name, roles, tier, version) values ('app', 'frontend', null, 1)
        on conflict do nothing
        """);
    run(
        "insert into client_keys (client, expires_at, hash, id) values ('app', null, '\\x01', 'i2')");
    run("update rate_policy set enabled = false where name = 'p'");
    assertEquals("2", one("select count(*) from session where space = 'default'"));
    assertEquals("8", one("select version from session where id = 'a'"));

    // what instances of this version keep in other spaces is not there for them
    run(
        "insert into session (space, id, user_id, data, ttl_seconds, sliding, version, created_at,"
            + " updated_at, expires_at) values ('other', 'a', 'u', '{}', 60, true, 1, now(), now(), now())");
    run("insert into client values ('theirs', 'frontend', null, 5, now(), 'other')");
    run("insert into client_key values ('i3', 'theirs', '\\x02', null)");
    run("select begin_write('other', 'sessions', 'a', 'u')");
    assertEquals("2", one("select count(*) from sessions"));
    assertEquals("0", one("select count(*) from clients where name = 'theirs'"));
    assertEquals("0", one("select count(*) from client_keys where id = 'i3'"));
    assertEquals("0", one("select count(*) from outbox where cache = 'sessions' and key = 'a'"));
  }

  @Test
  void aNewInstallationHasAnIdentity() {
    flyway("9").migrate();
    String identity = one("select identity from deployment");
    assertEquals(8, identity.length());
    String another = one("select new_deployment_identity()");
    assertTrue(!another.equals(identity) && another.equals(one("select identity from deployment")));
  }

  private void run(String statement) {
    one(statement);
  }

  private String one(String sql) {
    String url = postgres.jdbcUrl() + "?currentSchema=" + schema;
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      ResultSet rows = statement.getResultSet();
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }
}
