package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.cache.TwoInstances;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Frozen;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults of Redis under two instances: one alert, one resolution, and health that says why. */
class AlertsIT {

  private final TwoInstances two = TwoInstances.healthy();

  @BeforeEach
  void nothingIsTold() {
    Awaitility.await("the alerts of earlier tests to be over")
        .atMost(Duration.ofSeconds(90))
        .until(() -> count("alert") + count("alert_message") + count("alert_report") == 0);
    two.webhook.clear();
  }

  @AfterEach
  void mend() {
    if (!two.postgres.isRunning()) {
      two.postgres.start();
    }
    if (!two.redis.isRunning()) {
      two.redis.start();
    }
    two.redis.command("CONFIG", "SET", "maxmemory", "0");
    two.awaitHits();
  }

  @Test
  void aKilledRedisIsOneAlertAndOneResolutionThoughTheWebhookFailsAtFirst() {
    two.webhook.refuse(2);
    two.redis.kill();
    awaitTold(1);
    assertDegradedHealth();
    two.redis.start();
    assertToldOf("degraded");
    assertTrue((two.a.log() + two.b.log()).contains("[FIRING] webhook"), "the log tells of it");
  }

  @Test
  void aFrozenRedisIsOneAlertAndOneResolution() {
    try (Frozen frozen = two.redis.freeze()) {
      awaitTold(1);
      assertDegradedHealth();
    }
    assertToldOf("degraded");
  }

  @Test
  void aRedisThatTakesThreeTenthsOfASecondIsOneAlertAndOneResolution() {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (System.nanoTime() < end) {
      two.redis.command("DEBUG", "SLEEP", "0.3");
    }
    assertToldOf("degraded");
  }

  @Test
  void aFullRedisIsOneAlertAndOneResolution() {
    two.redis.command("DEBUG", "POPULATE", "2000", "fill", "10000");
    two.redis.command("CONFIG", "SET", "maxmemory", "20mb");
    awaitTold(1);
    for (Api api : two.apis()) {
      assertEquals(200, api.get("/q/health/ready").status());
      api.put("/v1/users/full/preferences", "{\"preferences\":{}}").expect(200, 201);
      api.get("/v1/users/full/preferences").expect(200);
    }
    two.redis.command("CONFIG", "SET", "maxmemory", "0");
    assertToldOf("redis-memory");
  }

  @Test
  void alertsAreToldWithPostgresAwayTooPossiblyOnceByEachInstance() {
    two.postgres.kill();
    two.redis.kill();
    awaitTold(1);
    for (ServiceInstance instance : List.of(two.a, two.b)) {
      assertEquals(503, instance.api().get("/q/health/ready").status());
      assertEquals(200, instance.api().get("/q/health/live").status());
    }
    two.postgres.start();
    two.redis.start();
    Awaitility.await("the resolution")
        .atMost(Duration.ofSeconds(40))
        .until(() -> two.webhook.taken().stream().anyMatch(told -> told.contains("RESOLVED")));
    long fired = two.webhook.taken().stream().filter(told -> told.contains("FIRING")).count();
    assertTrue(fired <= 2, () -> two.webhook.taken().toString());
  }

  private void assertDegradedHealth() {
    for (Api api : two.apis()) {
      Answer well = quickly(api, "/q/health/well");
      assertEquals(503, well.status(), well::toString);
      assertTrue(well.body().contains("\"degraded\""), well::toString);
      assertTrue(well.body().contains("\"latencyMs\""), well::toString);
      assertEquals(200, quickly(api, "/q/health/ready").status());
      assertEquals(200, quickly(api, "/q/health/live").status());
    }
  }

  private static Answer quickly(Api api, String path) {
    long start = System.nanoTime();
    Answer answer = api.get(path);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.toMillis() < 300, () -> path + " took " + took);
    return answer;
  }

  private void awaitTold(int messages) {
    Awaitility.await("message " + messages + ", so far: " + two.webhook.taken())
        .atMost(Duration.ofSeconds(30))
        .until(() -> two.webhook.taken().size() >= messages);
  }

  /** One alert of this name, then its resolution, and nothing after it. */
  private void assertToldOf(String name) {
    awaitTold(2);
    two.awaitHits();
    Awaitility.await("silence")
        .atMost(Duration.ofSeconds(30))
        .until(() -> count("alert") + count("alert_message") + count("alert_report") == 0);
    List<String> told = two.webhook.taken();
    assertEquals(2, told.size(), told::toString);
    assertTrue(told.get(0).startsWith("{\"text\": \"[FIRING] " + name + ": "), told::toString);
    assertTrue(told.get(1).startsWith("{\"text\": \"[RESOLVED] " + name), told::toString);
  }

  private int count(String table) {
    Optional<String> rows = two.postgres.query("select count(*) from " + table);
    return Integer.parseInt(rows.orElseThrow());
  }
}
