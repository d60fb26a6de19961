package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What keeps watch does not wait for the connections that requests hold. */
class BusyPostgresIT {

  private static final int CONNECTIONS = 20;
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
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Api api = service.api();
      api.put(PATH, "{\"preferences\":{}}").expect(201);
      api.put("/v1/rate-policies/busy", POLICY.formatted(7)).expect(201);
      Awaitility.await("a hit").until(() -> read(api).equals("redis; hit"));
      Future<?> lock =
          threads.submit(
              () ->
                  postgres.query(
                      "begin; lock table session in access exclusive mode;"
                          + " select pg_sleep(5); commit"));
      Awaitility.await("the lock")
          .until(
              () ->
                  waiting(postgres, "locktype = 'relation' and mode = 'AccessExclusiveLock'") > 0);
      for (int i = 0; i < 2 * CONNECTIONS; i++) {
        int writer = i;
        threads.execute(() -> api.put("/v1/sessions/busy-" + writer, "{\"userId\":\"u\"}"));
      }
      Awaitility.await("every connection to wait")
          .until(() -> waiting(postgres, "not granted and locktype = 'relation'") >= CONNECTIONS);
      other.api().put("/v1/rate-policies/busy", POLICY.formatted(8)).expect(200);
      long changed = System.nanoTime();
      int reads = 0;
      boolean inForce = false;
      while (!lock.isDone()) {
        assertEquals("redis; hit", read(api), "read " + reads);
        assertEquals("normal", api.get("/v1/status").expect(200).json().path("mode").asText());
        Answer peek = api.post("/v1/rate-checks", CHECK).expect(200);
        inForce = peek.json().path("limit").asInt() == 8;
        assertTrue(
            inForce || System.nanoTime() - changed < Duration.ofSeconds(1).toNanos(),
            () -> "the new policy is not in force after a second: " + peek);
        reads++;
      }
      lock.get();
      System.out.printf("%d connections held for 5 s: %d reads, all hits%n", CONNECTIONS, reads);
      assertTrue(inForce && reads > 100, "reads: " + reads);
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
