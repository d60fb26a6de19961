package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PgBouncer;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PostgreSQL behind a pooler that leads each transaction to another of few connections. */
class PoolerIT {

  private static final int CALLERS = 30;
  private static final int ROUNDS = 20;

  @BeforeEach
  void onlyWithAPooler() {
    assertTrue(PgBouncer.isInstalled() || System.getenv("CI") == null, "CI installs pgbouncer");
    assumeTrue(PgBouncer.isInstalled(), "pgbouncer is not installed here");
  }

  @Test
  void itWorksAsItComes() throws InterruptedException {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        PgBouncer bouncer = PgBouncer.launch(postgres);
        ServiceInstance a = launch("pooled-a", bouncer.jdbcUrl(), redis);
        ServiceInstance b = launch("pooled-b", bouncer.jdbcUrl(), redis)) {
      AtomicInteger refused = new AtomicInteger();
      AtomicInteger missing = new AtomicInteger();
      try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
        for (int caller = 0; caller < CALLERS; caller++) {
          String path = "/v1/users/u" + caller + "/preferences";
          callers.execute(() -> calls(a.api(), b.api(), path, refused, missing));
        }
      }
      System.out.printf(
          "pooler: %d of %d calls refused, %d of %d writes not there on the next read%n",
          refused.get(), 2 * CALLERS * ROUNDS, missing.get(), CALLERS * ROUNDS);
      assertEquals(0, refused.get());
      assertEquals(0, missing.get());
      assertEquals(List.of(), a.errors());
      assertEquals(List.of(), b.errors());
      awaitNone(postgres, "pg_stat_activity where state like 'idle in transaction%'");
      // no lock of a session is left behind
      awaitNone(postgres, "pg_locks where locktype = 'advisory'");
    }
  }

  @Test
  void whoKeepsStatementsIsToldWhichSettingToUse() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        PgBouncer bouncer = PgBouncer.launch(postgres);
        ServiceInstance service =
            ServiceInstance.launch(
                "pooled-kept",
                ServiceInstance.environment(
                    bouncer.jdbcUrl() + "?prepareThreshold=1", redis.url()))) {
      Awaitility.await("the sentence")
          .atMost(Duration.ofSeconds(60))
          .until(() -> service.log().contains("prepareThreshold"));
    }
  }

  private static void calls(
      Api a, Api b, String path, AtomicInteger refused, AtomicInteger missing) {
    for (int round = 0; round < ROUNDS; round++) {
      int status = a.put(path, "{\"preferences\":{\"n\":" + round + "}}").status();
      Answer read = b.get(path);
      if (status >= 300 || read.status() != 200) {
        refused.incrementAndGet();
      } else if (read.json().path("preferences").path("n").asInt() != round) {
        missing.incrementAndGet();
      }
    }
  }

  private static ServiceInstance launch(String name, String url, RedisServer redis) {
    Map<String, String> environment = ServiceInstance.environment(url, redis.url());
    return ServiceInstance.launch(name, environment).awaitReady();
  }

  /** What keeps watch may be at it just then, but not for good. */
  private static void awaitNone(PostgresServer postgres, String rows) {
    Awaitility.await("none of " + rows)
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> postgres.query("select count(*) from " + rows).orElseThrow().equals("0"));
  }
}
