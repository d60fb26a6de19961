package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.cache.TwoInstances;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Starts and ends as a scheduler of containers asks for them. */
class LifecycleIT {

  private static final String PREFERENCES = "{\"preferences\":{\"n\":%d}}";

  private final TwoInstances two = TwoInstances.healthy();

  @Test
  void anInstanceEndsWithinEightSecondsOfSigtermUnderLoadAndNoRequestFails() {
    for (int i = 0; i < 400; i++) {
      call(two.apis().get(i / 4 % 2), i).expect(200, 201, 404);
    }
    AtomicReference<Api> ready = new AtomicReference<>(two.b.api());
    try (ScheduledExecutorService balancer = Executors.newSingleThreadScheduledExecutor();
        Load load = Load.start(200, Duration.ofSeconds(8), number -> call(ready.get(), number))) {
      balancer.scheduleWithFixedDelay(() -> route(ready), 0, 200, TimeUnit.MILLISECONDS);
      Awaitility.await("load").until(() -> load.samples().size() > 200);
      long terminated = System.nanoTime();
      two.b.terminate();
      Awaitility.await("its end")
          .atMost(Duration.ofSeconds(8))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !two.b.isRunning());
      Duration took = Duration.ofNanos(System.nanoTime() - terminated);
      List<Sample> samples = load.await();
      balancer.shutdownNow();
      List<Sample> failed =
          samples.stream().filter(s -> s.status() >= 500 || s.status() == 0).toList();
      System.out.printf("SIGTERM: %d requests, ended after %s%n", samples.size(), took);
      assertEquals(List.of(), failed);
      assertTrue(samples.size() > 1500, () -> samples.size() + " requests");
    } finally {
      if (!two.b.isRunning()) {
        two.b.start().awaitReady();
      }
    }
  }

  private static Answer call(Api api, int number) {
    String path = "/v1/users/drain" + number % 50 + "/preferences";
    return number % 4 == 0 ? api.put(path, PREFERENCES.formatted(number)) : api.get(path);
  }

  /** As a load balancer does: away from an instance as soon as it says it is not ready. */
  private void route(AtomicReference<Api> ready) {
    if (ready.get().get("/q/health/ready").status() != 200) {
      ready.set(two.a.api());
    }
  }

  @Test
  void aMigrationJobMigratesAndEndsAndAServiceWithTheSwitchOffDoesNotMigrate() {
    two.postgres.query("create database fresh");
    two.postgres.query("create extension if not exists dblink");
    String url = two.postgres.jdbcUrl().replace("/postgres", "/fresh");
    Map<String, String> environment = ServiceInstance.environment(url, two.redis.url());
    environment.put("BOTBOT_MIGRATE_AT_START", "false");
    environment.put("QUARKUS_LOG_CATEGORY__BOTBOT__LEVEL", "DEBUG");
    try (ServiceInstance idle = ServiceInstance.launch("unmigrated", environment)) {
      idle.awaitReady();
      assertEquals("0", tables());
      assertALineOfTheLogNamesTheRequestAndItsTrace(idle);
    }
    environment.put("BOTBOT_MIGRATE_ONLY", "true");
    try (ServiceInstance job = ServiceInstance.launch("migration", environment)) {
      assertEquals(0, job.exitCode(), job::log);
      assertTrue(job.log().contains("The schema is up to date"), job::log);
    }
    assertEquals("1", tables());
  }

  /** As the version before finds it that restarts during an update, or to which one goes back. */
  @Test
  void aSchemaThatALaterVersionHasMigratedIsServed() {
    two.postgres.query("create database later");
    String url = two.postgres.jdbcUrl().replace("/postgres", "/later");
    Map<String, String> environment = ServiceInstance.environment(url, two.redis.url());
    environment.put("BOTBOT_MIGRATE_ONLY", "true");
    try (ServiceInstance job = ServiceInstance.launch("migration", environment)) {
      assertEquals(0, job.exitCode(), job::log);
    }
    execute(
        "later",
        "insert into flyway_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success)"
            + " values (999, ''999'', ''later'', ''SQL'', ''V999__later.sql'', 1, ''x'', 1, true)");
    environment.remove("BOTBOT_MIGRATE_ONLY");
    try (ServiceInstance before = ServiceInstance.launch("before", environment)) {
      before.awaitReady();
      before.api().put("/v1/users/u/preferences", PREFERENCES.formatted(1)).expect(201);
    }
  }

  /** Does something in another database of the server. */
  private void execute(String database, String sql) {
    two.postgres.query("create extension if not exists dblink");
    two.postgres.query(
        "select dblink_exec('dbname=%s user=postgres host=127.0.0.1 port=%d', '%s')"
            .formatted(database, two.postgres.port(), sql));
  }

  @Test
  void aMigrationThatFailsEndsTheServiceInTheWordsOfPostgres() {
    two.postgres.query("create database occupied");
    execute("occupied", "create table session ()");
    String url = two.postgres.jdbcUrl().replace("/postgres", "/occupied");
    Map<String, String> environment = ServiceInstance.environment(url, two.redis.url());
    environment.put("BOTBOT_MIGRATE_ONLY", "true");
    environment.put("QUARKUS_FLYWAY_BASELINE_ON_MIGRATE", "true");
    environment.put("QUARKUS_FLYWAY_BASELINE_VERSION", "0");
    environment.put("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "false");
    try (ServiceInstance job = ServiceInstance.launch("migration-fails", environment)) {
      assertEquals(1, job.exitCode(), job::log);
      String log = job.log();
      assertTrue(log.contains("The schema cannot be migrated: "), log);
      assertTrue(log.contains("relation \"session\" already exists"), log);
      assertFalse(log.contains("\tat ") || log.contains("Listening"), log);
    }
  }

  /** Without a schema a read is a fault, and faults are told in the log. */
  private static void assertALineOfTheLogNamesTheRequestAndItsTrace(ServiceInstance instance) {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    instance
        .api()
        .get(
            "/v1/sessions/none",
            "X-Request-Id",
            "the-one",
            "traceparent",
            "00-" + trace + "-00f067aa0ba902b7-01")
        .expect(503);
    List<JsonNode> lines = jsonLines(instance);
    assertTrue(
        lines.stream()
            .map(line -> line.get("mdc"))
            .anyMatch(
                mdc ->
                    mdc.path("requestId").asText().equals("the-one")
                        && mdc.path("traceId").asText().equals(trace)),
        lines::toString);
  }

  private static List<JsonNode> jsonLines(ServiceInstance instance) {
    ObjectMapper json = new ObjectMapper();
    return instance
        .log()
        .lines()
        .filter(line -> line.startsWith("{"))
        .map(line -> read(json, line))
        .toList();
  }

  private static JsonNode read(ObjectMapper json, String line) {
    try {
      return json.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }

  private String tables() {
    return two.postgres
        .query(
            "select n from dblink('dbname=fresh user=postgres host=127.0.0.1 port=%d', 'select"
                    .formatted(two.postgres.port())
                + " count(*) from pg_tables where tablename = ''session''') as t(n bigint)")
        .orElseThrow();
  }

  @Test
  void theLogIsJsonAndAnAnswerNamesItsRequest() {
    Answer mine = two.a.api().get("/v1/sessions/none", "X-Request-Id", "from-the-caller");
    assertEquals("from-the-caller", mine.header("X-Request-Id"));
    String given = two.a.api().get("/v1/sessions/none").header("X-Request-Id");
    assertTrue(given.matches("[0-9a-f]{8}-[0-9a-z]+"), given);
    String bad = two.a.api().get("/v1/sessions/none", "X-Request-Id", "a b").header("X-Request-Id");
    assertTrue(bad.matches("[0-9a-f]{8}-[0-9a-z]+"), bad);
    List<JsonNode> lines = jsonLines(two.a);
    assertTrue(lines.size() > 2, two.a::log);
    assertTrue(
        lines.stream().allMatch(line -> line.hasNonNull("level") && line.hasNonNull("message")));
  }
}
