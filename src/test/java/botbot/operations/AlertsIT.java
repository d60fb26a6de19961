package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.cache.TwoInstances;
import botbot.testing.Api;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults under two instances that share a webhook: one alert, one resolution. */
class AlertsIT {

  private final TwoInstances two = TwoInstances.healthy();
  private int loggedByA;
  private int loggedByB;

  @BeforeEach
  void nothingIsTold() {
    Awaitility.await("the alerts of earlier tests to be over")
        .atMost(Duration.ofSeconds(90))
        .until(() -> count("alert") + count("alert_message") + count("alert_report") == 0);
    two.webhook.clear();
    loggedByA = two.a.log().length();
    loggedByB = two.b.log().length();
  }

  @AfterEach
  void mend() {
    if (!two.postgres.isRunning()) {
      two.postgres.start();
    }
    if (!two.redis.isRunning()) {
      two.redis.start();
    }
    two.awaitHits();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POSTGRES_KILLED")
  void aFaultOfRedisIsOneAlertAndOneResolution(Fault fault) {
    Runnable mend = fault.begin(two);
    try {
      awaitTold(1);
      traffic();
      Awaitility.await("no more than that, for longer than a resolution takes")
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(8))
          .until(() -> two.webhook.taken().size() == 1);
    } finally {
      mend.run();
    }
    assertToldOf(fault.alert());
  }

  @Test
  void aWebhookThatFailsIsAnAlertOfItsOwnAndIsToldAllWhenItIsBack() {
    two.webhook.refuse(3);
    two.redis.kill();
    Awaitility.await("the gauge").until(() -> failing() > 0);
    awaitTold(1);
    two.redis.start();
    assertToldOf("degraded");
    Awaitility.await("its end, whichever instance succeeded")
        .atMost(Duration.ofSeconds(15))
        .until(() -> failing() == 0);
    for (String log : List.of(two.a.log(), two.b.log())) {
      assertEquals(times(log, "[FIRING] webhook"), times(log, "[RESOLVED] webhook"), log);
    }
    assertTrue((two.a.log() + two.b.log()).contains("[FIRING] webhook"), "the log tells of it");
  }

  @Test
  void whatCannotBeReadInRedisIsOneAlertWhoeverMeetsIt() {
    String user = "corrupt-" + UUID.randomUUID();
    String preferences = "/v1/users/" + user + "/preferences";
    two.a.api().put(preferences, "{\"preferences\":{}}").expect(201);
    two.a.api().get(preferences).expect(200);
    String policy = "{\"tier\":\"%s\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":60000}";
    two.b.api().put("/v1/rate-policies/corrupt", policy.formatted(user)).expect(200, 201);
    String check = "{\"subject\":\"%s\",\"tier\":\"%s\"}".formatted(user, user);
    Awaitility.await("the policy")
        .until(() -> two.b.api().post("/v1/rate-checks", check).body().contains("\"corrupt\""));
    for (Object key : (List<?>) two.redis.command("KEYS", "*:{" + user + "*")) {
      two.redis.command("SET", (String) key, "garbage");
    }
    assertEquals("redis; fwd=uri-miss; stored", two.a.api().get(preferences).cacheStatus());
    two.b.api().post("/v1/rate-checks", check).expect(200);
    assertToldOf("corruption");
    two.b.api().delete("/v1/rate-policies/corrupt").expect(204);
  }

  @Test
  void aRedisThatEvictsIsToldOf() {
    long before = evicted();
    two.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
    two.redis.command("CONFIG", "SET", "maxmemory", "3mb");
    try {
      for (int n = 0; n < 400; n++) {
        two.redis.command("SET", "filling:" + n, "x".repeat(10_000), "PX", "60000");
      }
      Awaitility.await("the alert")
          .atMost(Duration.ofSeconds(15))
          .until(
              () ->
                  two.webhook.taken().stream()
                      .anyMatch(
                          told ->
                              told.contains(
                                  "[FIRING] redis-evicts: Redis evicts keys"
                                      + " (maxmemory-policy allkeys-random)")));
      Awaitility.await("the status").until(() -> evicted() > before);
      assertTrue(
          two.a
              .log()
              .contains("Redis evicts keys when it is full (maxmemory-policy allkeys-random)"),
          two.a::log);
    } finally {
      two.redis.command("CONFIG", "SET", "maxmemory", "0");
      two.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    }
  }

  private long evicted() {
    return two.a.api().get("/v1/status").expect(200).json().at("/redis/evictedKeys").asLong();
  }

  @Test
  void aRedisThatIsReadButNotWrittenIsToldByWhatItRefuses() {
    two.redis.command("ACL", "SETUSER", "default", "-eval", "-evalsha");
    try {
      for (Api api : two.apis()) {
        api.put("/v1/users/unwritten/preferences", "{\"preferences\":{}}").expect(200, 201);
        api.get("/v1/users/unwritten/preferences").expect(200);
      }
      awaitTold(1);
      Awaitility.await("the cause, on an instance that may not be the one that told of it")
          .atMost(Duration.ofSeconds(10))
          .until(() -> well(two.a).contains("Redis refuses cache_apply: NOPERM"));
    } finally {
      two.redis.command("ACL", "SETUSER", "default", "+eval", "+evalsha");
    }
    String told = two.webhook.taken().getFirst();
    assertTrue(told.contains("[FIRING] degraded: Redis refuses cache_"), told);
    Awaitility.await("the resolution")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              traffic();
              return two.webhook.taken().stream().anyMatch(t -> t.contains("[RESOLVED] degraded"));
            });
  }

  @Test
  void alertsAreToldWithPostgresAwayTooPossiblyOnceByEachInstance() {
    two.postgres.kill();
    two.redis.kill();
    awaitTold(1);
    for (ServiceInstance instance : List.of(two.a, two.b)) {
      Awaitility.await("neither to serve, on an instance that may not be the one that told of it")
          .atMost(Duration.ofSeconds(5))
          .until(() -> instance.api().get("/q/health/ready").status() == 503);
      assertEquals(200, instance.api().get("/q/health/live").status());
    }
    Awaitility.await("the log")
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                two.a.log().substring(loggedByA).contains("PostgreSQL does not answer: ")
                    && two.b.log().substring(loggedByB).contains("PostgreSQL does not answer: "));
    two.postgres.start();
    two.redis.start();
    Awaitility.await("the resolution")
        .atMost(Duration.ofSeconds(40))
        .until(() -> two.webhook.taken().stream().anyMatch(told -> told.contains("RESOLVED")));
    long fired = two.webhook.taken().stream().filter(told -> told.contains("FIRING")).count();
    assertTrue(fired <= 2, () -> two.webhook.taken().toString());
    Awaitility.await("the log of both, one of which told of the resolution")
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                two.a.log().substring(loggedByA).contains("PostgreSQL answers again")
                    && two.b.log().substring(loggedByB).contains("PostgreSQL answers again"));
  }

  private static String well(ServiceInstance instance) {
    return instance.api().get("/q/health/well").expect(503).body();
  }

  private void traffic() {
    for (Api api : two.apis()) {
      for (int i = 0; i < 5; i++) {
        api.put("/v1/users/told/preferences", "{\"preferences\":{}}").expect(200, 201);
        api.get("/v1/users/told/preferences").expect(200);
        api.post("/v1/rate-checks", "{\"subject\":\"told\"}").expect(200);
      }
    }
  }

  /** How many of the two say that the webhook fails. */
  private long failing() {
    return two.apis().stream()
        .filter(
            api ->
                api.get("/q/metrics")
                    .expect(200)
                    .body()
                    .lines()
                    .anyMatch("botbot_alerts_webhook_failing 1.0"::equals))
        .count();
  }

  private static int times(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private void awaitTold(int messages) {
    Awaitility.await("message " + messages + ", so far: " + two.webhook.taken())
        .atMost(Duration.ofSeconds(30))
        .until(() -> two.webhook.taken().size() >= messages);
  }

  /** One alert of this name, then its resolution, and nothing after it; the log has both too. */
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
    String logged = two.a.log().substring(loggedByA) + two.b.log().substring(loggedByB);
    assertEquals(1, times(logged, "[FIRING] " + name), logged);
    assertEquals(1, times(logged, "[RESOLVED] " + name), logged);
  }

  private int count(String table) {
    Optional<String> rows = two.postgres.query("select count(*) from " + table);
    return Integer.parseInt(rows.orElseThrow());
  }
}
