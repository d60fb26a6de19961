package botbot.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
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
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Every statement that a request makes finds its rows by an index, and by the space first. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class QueryPlansTest {

  /** A statement of the driver's extended protocol; further lines are indented. */
  private static final Pattern STATEMENT = Pattern.compile("LOG:  execute \\S+: (.*(?:\\n\\t.*)*)");

  /** Tables whose size has nothing to do with what users store. */
  private static final Set<String> SMALL =
      Set.of(
          "cache_epoch",
          "deployment",
          "rate_policy_revision",
          "erasure",
          "alert",
          "alert_report",
          "alert_message",
          "version_seq",
          "pg_class");

  /** After a change each instance reads all of them, outside any request. */
  private static final String ALL_POLICIES = "(?s)select r\\.revision, .* order by p\\.name\\s*";

  private final PostgresServer postgres = Backends.postgres();
  private final String space = "plans-" + UUID.randomUUID();
  private final Api api = Api.ofThisTest().inSpace(space);

  @Test
  void noRequestWalksThroughATable() throws SQLException {
    setLogging("all");
    int before = postgres.log().length();
    try {
      everyCall();
    } finally {
      setLogging("none");
    }
    Set<String> statements = new TreeSet<>();
    Matcher logged = STATEMENT.matcher(postgres.log().substring(before));
    while (logged.find()) {
      statements.add(logged.group(1).replace("\n\t", "\n"));
    }
    assertTrue(statements.size() > 30, () -> statements.size() + " statements");
    Map<String, String> walks = new TreeMap<>();
    for (String sql : statements) {
      String plan = plan(sql);
      for (String line : plan.split("\n")) {
        Matcher walk = Pattern.compile("Seq Scan on (\\S+)").matcher(line);
        if (walk.find() && !SMALL.contains(walk.group(1)) && !sql.matches(ALL_POLICIES)) {
          walks.put(sql, plan);
        }
      }
    }
    assertEquals(Map.of(), walks);
  }

  /** How a statement would be run on large tables, whatever its parameters. */
  private String plan(String sql) throws SQLException {
    String kind = sql.strip().toLowerCase().split("\\s", 2)[0];
    if (!Set.of("select", "insert", "update", "delete", "with").contains(kind)) {
      return "";
    }
    try (Connection connection =
            DriverManager.getConnection(
                postgres.jdbcUrl() + "?preferQueryMode=simple", "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute("set enable_seqscan = off");
      StringBuilder plan = new StringBuilder();
      try (ResultSet row = statement.executeQuery("explain (generic_plan) " + sql)) {
        while (row.next()) {
          plan.append(row.getString(1)).append('\n');
        }
      }
      return plan.toString();
    } catch (SQLException e) {
      throw new SQLException(sql, e);
    }
  }

  private void setLogging(String value) {
    postgres.query("alter system set log_statement = '" + value + "'");
    postgres.query("select pg_reload_conf()");
    Awaitility.await("PostgreSQL to read its settings again")
        .atMost(Duration.ofSeconds(5))
        .until(() -> postgres.query("show log_statement").orElseThrow().equals(value));
  }

  private void everyCall() {
    String session = "{\"userId\":\"u\",\"data\":{}}";
    api.put("/v1/sessions/s", session).expect(201);
    api.post("/v1/sessions", session).expect(201);
    Backends.redis().command("FLUSHALL");
    api.get("/v1/sessions/s").expect(200);
    api.patch("/v1/sessions/s", "{\"data\":{\"a\":1}}").expect(200);
    api.post("/v1/sessions/s/touch", "{}").expect(200);
    String page = api.get("/v1/sessions?userId=u&limit=1").json().path("nextCursor").asText();
    api.get("/v1/sessions?userId=u&limit=1&cursor=" + page).expect(200);
    api.post("/v1/sessions/batch-get", "{\"ids\":[\"s\",\"t\"]}").expect(200);
    api.delete("/v1/sessions/s").expect(204);
    api.delete("/v1/sessions?userId=u").expect(200);
    api.put("/v1/users/u/preferences", "{\"preferences\":{}}").expect(201);
    api.put("/v1/users/u/preferences/p", "{\"value\":1}").expect(201);
    Backends.redis().command("FLUSHALL");
    api.get("/v1/users/u/preferences").expect(200);
    api.get("/v1/users/u").expect(200);
    api.delete("/v1/users/u").expect(200);
    api.put("/v1/scratch/ns/k", "1").expect(201);
    Backends.redis().command("FLUSHALL");
    api.get("/v1/scratch/ns/k").expect(200);
    api.get("/v1/scratch/ns").expect(200);
    api.post("/v1/scratch/ns/k/take", "").expect(200);
    for (String path : new String[] {"/v1/settings/k", "/v1/agents/k/config"}) {
      String body = path.contains("agents") ? "{\"config\":{}}" : "{\"value\":1}";
      api.put(path, body).expect(201);
      api.put(path, body).expect(200);
      Backends.redis().command("FLUSHALL");
      api.get(path).expect(200);
      api.get(path + "/versions").expect(200);
      api.get(path + "/versions/1").expect(200);
      api.post(path + "/rollback", "{\"version\":1}").expect(200);
      api.delete(path).expect(204);
    }
    api.get("/v1/settings?prefix=k").expect(200);
    api.get("/v1/agents").expect(200);
    api.put(
            "/v1/rate-policies/p",
            "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":1,\"windowMs\":60000}")
        .expect(201);
    api.get("/v1/rate-policies/p").expect(200);
    api.get("/v1/rate-policies").expect(200);
    api.post("/v1/rate-checks", "{\"subject\":\"s\"}").expect(200);
    api.delete("/v1/rate-policies/p").expect(204);
    String name = "plans" + UUID.randomUUID();
    api.newKey(name, "frontend");
    api.get("/v1/clients").expect(200);
    api.post("/v1/clients/" + name + "/rotate", "{}").expect(200);
    api.delete("/v1/clients/" + name).expect(204);
    api.get("/v1/spaces").expect(200);
    api.get("/v1/status").expect(200);
    api.delete("/v1/spaces/" + space).expect(202);
  }
}
