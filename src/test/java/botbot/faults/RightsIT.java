package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The service with the rights that the operator's page lists, and no other. */
class RightsIT {

  /** What a managed PostgreSQL may refuse to everybody but itself. */
  private static final String REFUSED =
      """
      revoke all on schema public from public;
      revoke execute on function pg_control_system(), pg_control_checkpoint(),
        pg_current_wal_lsn(), pg_current_wal_flush_lsn(), pg_walfile_name(pg_lsn) from public;
      """;

  @Test
  void oneRoleThatOwnsItsSchemaIsEnough() throws IOException {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      postgres.query(REFUSED);
      postgres.query(listed("one role"));
      Map<String, String> environment = environment(postgres, redis, "botbot");
      try (ServiceInstance service = ServiceInstance.launch("rights", environment)) {
        everythingWorks(service.awaitReady());
        postgres.kill();
        postgres.start();
        everythingWorks(service);
        assertEquals("0", postgres.query(IN_PUBLIC).orElseThrow());
      }
    }
  }

  private static final String IN_PUBLIC =
      "select count(*) from pg_class where relnamespace = 'public'::regnamespace";

  @Test
  void oneRoleMayMigrateAndAnotherServe() throws IOException {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      postgres.query(REFUSED);
      postgres.query(listed("one role"));
      Map<String, String> job = environment(postgres, redis, "botbot");
      job.put("BOTBOT_MIGRATE_ONLY", "true");
      try (ServiceInstance migration = ServiceInstance.launch("rights-job", job)) {
        Awaitility.await("the migration")
            .atMost(Duration.ofSeconds(60))
            .until(() -> !migration.isRunning());
        assertTrue(migration.log().contains("The schema is up to date"), migration.log());
      }
      postgres.query(listed("another that serves"));
      Map<String, String> environment = environment(postgres, redis, "botbot_server");
      environment.put("BOTBOT_MIGRATE_AT_START", "false");
      try (ServiceInstance service = ServiceInstance.launch("rights-server", environment)) {
        everythingWorks(service.awaitReady());
      }
    }
  }

  @Test
  void aRightThatIsMissingIsToldAsThat() throws IOException {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      postgres.query(REFUSED);
      postgres.query(listed("one role"));
      try (ServiceInstance service =
          ServiceInstance.launch("rights-missing", environment(postgres, redis, "botbot"))) {
        Api api = service.awaitReady().api();
        int before = service.log().length();
        postgres.query("revoke select on botbot.cache_epoch from botbot");
        String told = "PostgreSQL refuses: permission denied for table cache_epoch (42501)";
        Awaitility.await("well")
            .atMost(Duration.ofSeconds(10))
            .until(() -> api.get("/q/health/well").body().contains(told));
        assertTrue(api.get("/v1/status").body().contains(told));
        Awaitility.await("the log")
            .atMost(Duration.ofSeconds(10))
            .until(() -> service.log().contains(told));
        String since = service.log().substring(before);
        assertFalse(since.contains("PostgreSQL does not answer"), since);
      }
    }
  }

  /** The statements of the operator's page under a comment. */
  private static String listed(String comment) throws IOException {
    String page = Files.readString(Path.of("deploy/README.md"));
    Matcher block =
        Pattern.compile("(?m)^    -- " + comment + ".*\\n((?:    .*\\n)+)").matcher(page);
    assertTrue(block.find(), comment);
    return block.group(1);
  }

  private static Map<String, String> environment(
      PostgresServer postgres, RedisServer redis, String user) {
    Map<String, String> environment =
        ServiceInstance.environment(postgres.jdbcUrl() + "?currentSchema=botbot", redis.url());
    environment.put("QUARKUS_DATASOURCE_USERNAME", user);
    return environment;
  }

  private static void everythingWorks(ServiceInstance service) {
    Api api = service.api();
    Awaitility.await("Redis in use and writes taken")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                api.put("/v1/users/u/preferences", "{\"preferences\":{}}").status() < 300
                    && api.get("/v1/users/u/preferences").cacheStatus().equals("redis; hit"));
    api.put("/v1/sessions/s", "{\"userId\":\"u\",\"data\":{}}").expect(200, 201);
    api.patch("/v1/sessions/s", "{\"data\":{\"a\":1}}").expect(200);
    api.get("/v1/sessions?userId=u").expect(200);
    api.put("/v1/scratch/ns/k", "1").expect(200, 201);
    api.post("/v1/scratch/ns/k/take", "").expect(200);
    api.put("/v1/settings/k", "{\"value\":1}").expect(200, 201);
    api.post("/v1/settings/k/rollback", "{\"version\":1}").expect(200);
    api.delete("/v1/settings/k").expect(204);
    api.put("/v1/agents/k/config", "{\"config\":{}}").expect(200, 201);
    api.put(
            "/v1/rate-policies/p",
            "{\"tier\":\"*\",\"endpoint\":\"*\",\"limit\":9,\"windowMs\":60000}")
        .expect(200, 201);
    api.post("/v1/rate-checks", "{\"subject\":\"s\"}").expect(200);
    api.delete("/v1/rate-policies/p").expect(204);
    api.post("/v1/clients", "{\"name\":\"c\",\"roles\":[\"frontend\"],\"space\":\"gone\"}")
        .expect(201);
    api.post("/v1/clients/c/rotate", "{}").expect(200);
    api.delete("/v1/clients/c").expect(204);
    api.inSpace("gone").put("/v1/settings/k", "{\"value\":1}").expect(200, 201);
    api.delete("/v1/spaces/gone").expect(202);
    api.delete("/v1/users/u").expect(200);
    Awaitility.await("the erasures to end")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !api.get("/v1/spaces").body().contains("gone"));
    Awaitility.await("well")
        .atMost(Duration.ofSeconds(30))
        .until(() -> api.get("/q/health/well").status() == 200);
    assertEquals(List.of(), service.errors());
  }
}
