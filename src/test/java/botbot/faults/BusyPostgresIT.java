package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What keeps watch does not wait for the connections that requests hold. */
class BusyPostgresIT {

  private static final int CONNECTIONS = 20;
  private static final Duration HELD = Duration.ofSeconds(5);
  private static final String HELD_UP = "not granted and locktype = 'relation'";
  private static final String PATH = "/v1/users/busy/preferences";
  private static final String POLICY =
      "{\"tier\":\"*\",\"endpoint\":\"busy\",\"limit\":%d,\"windowMs\":60000}";
  private static final String CHECK = "{\"subject\":\"s\",\"endpoint\":\"busy\",\"cost\":0}";

  @Test
  void cachedReadsStayHitsWhileEveryConnectionIsHeld() throws Exception {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("busy", postgres, redis);
        ServiceInstance other = ServiceInstance.launch("busy-other", postgres, redis);
        Connection holder = DriverManager.getConnection(postgres.jdbcUrl(), "postgres", "");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Api api = service.api();
      api.put(PATH, "{\"preferences\":{}}").expect(201);
      api.put("/v1/rate-policies/busy", POLICY.formatted(7)).expect(201);
      Awaitility.await("a hit").until(() -> read(api).equals("redis; hit"));
      execute(holder, "begin; lock table session in access exclusive mode");
      for (int i = 0; i < 3 * CONNECTIONS; i++) {
        int writer = i;
        // on a condition, so that each has a connection of its own
        threads.execute(
            () ->
                api.put("/v1/sessions/busy-" + writer, "{\"userId\":\"u\"}", "If-None-Match", "*"));
      }
      Awaitility.await("every connection to wait")
          .until(() -> waiting(postgres, HELD_UP) >= CONNECTIONS);
      other.api().put("/v1/rate-policies/busy", POLICY.formatted(8)).expect(200);
      long changed = System.nanoTime();
      int reads = 0;
      boolean inForce = false;
      long end = System.nanoTime() + HELD.toNanos();
      while (System.nanoTime() < end) {
        assertEquals("redis; hit", read(api), "read " + reads);
        assertEquals("normal", api.get("/v1/status").expect(200).json().path("mode").asText());
        Answer peek = api.post("/v1/rate-checks", CHECK).expect(200);
        inForce = peek.json().path("limit").asInt() == 8;
        assertTrue(
            inForce || System.nanoTime() - changed < Duration.ofSeconds(1).toNanos(),
            () -> "the new policy is not in force after a second: " + peek);
        reads++;
      }
      assertTrue(waiting(postgres, HELD_UP) >= CONNECTIONS, "held to the end");
      execute(holder, "commit");
      System.out.printf("%d connections held for 5 s: %d reads, all hits%n", CONNECTIONS, reads);
      assertTrue(inForce && reads > 20, "reads: " + reads);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String read(Api api) {
    return api.get(PATH).expect(200).cacheStatus();
  }

  private static int waiting(PostgresServer postgres, String what) {
    return Integer.parseInt(
        postgres.query("select count(*) from pg_locks where " + what).orElseThrow());
  }
}
