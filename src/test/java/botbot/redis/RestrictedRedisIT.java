package botbot.redis;

import static botbot.testing.Soon.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged service on a Redis that lets it do less than it would like to. */
class RestrictedRedisIT {

  private static final String PREFERENCES = "/v1/users/ada/preferences";

  private PostgresServer postgres;

  private final List<AutoCloseable> open = new ArrayList<>();
  private RedisServer redis;

  /** One for each test: an alert is told once for all who share one. */
  @BeforeEach
  void startPostgres() {
    postgres = PostgresServer.launch();
    open.add(postgres);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private RedisServer redis(String... settings) {
    redis = RedisServer.launch(settings);
    open.add(redis);
    return redis;
  }

  private ServiceInstance service(String name, String user) {
    String url = user.isEmpty() ? redis.url() : redis.url().replace("//", "//" + user + ":secret@");
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), url);
    ServiceInstance service = ServiceInstance.launch(name, environment);
    open.add(service);
    return service.awaitReady();
  }

  private void user(String name, String... rules) {
    List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", name, "on", ">secret"));
    command.addAll(Arrays.asList(rules));
    redis.command(command.toArray(String[]::new));
  }

  private static void awaitHits(Api api) {
    api.put(PREFERENCES, "{\"preferences\":{\"step\":0}}");
    soon().until(() -> api.get(PREFERENCES).cacheStatus(), "redis; hit"::equals);
  }

  private static Answer check(Api api) {
    return api.post("/v1/rate-checks", "{\"subject\":\"ada\",\"endpoint\":\"chat\"}");
  }

  private static void policy(Api api) {
    api.put(
        "/v1/rate-policies/chat",
        "{\"tier\":\"*\",\"endpoint\":\"chat\",\"limit\":1000,\"windowMs\":600000}");
    soon().until(() -> check(api).json().has("source"));
  }

  private static String source(Api api) {
    return check(api).json().get("source").asText();
  }

  private static JsonNode redisStatus(Api api) {
    return api.get("/v1/status").expect(200).json().get("redis");
  }

  /** What the operator's page asks for is enough. */
  @Test
  void theListedRightsAreEnough() {
    redis();
    user("botbot", "resetkeys", "~botbot:*");
    user("botbot", Rights.listed().toArray(String[]::new));
    ServiceInstance service = service("rights", "botbot");
    Api api = service.api();
    policy(api);
    awaitHits(api);
    soon().until(() -> source(api), "redis"::equals);
    api.put("/v1/sessions/one", "{\"userId\":\"ada\",\"data\":{}}").expect(201);
    api.post("/v1/sessions/batch-get", "{\"ids\":[\"one\",\"two\"]}").expect(200);
    api.delete("/v1/users/ada").expect(200);
    soon().until(() -> api.get("/v1/status").json().get("erasures").get("pending").asInt() == 0);
    soon().until(() -> api.get("/q/health/well").status() == 200);
    assertFalse(service.log().contains("Redis refuses"), service::log);
  }

  @Test
  void withoutInfoItIsKnownByAMarkAndNothingStaleIsRead() {
    redis();
    user("some", "~*", "+@all", "-@dangerous");
    ServiceInstance one = service("no-info-a", "some");
    ServiceInstance two = service("no-info-b", "some");
    Api a = one.api();
    Api b = two.api();
    policy(a);
    awaitHits(a);
    soon().until(() -> b.get(PREFERENCES).cacheStatus(), "redis; hit"::equals);
    assertEquals("redis", source(a));
    assertTrue(one.log().contains("Redis does not say who it is"), one::log);
    // back from an old snapshot: what it holds of before is not read
    var snapshot = redis.snapshot();
    for (int step = 1; step <= 3; step++) {
      a.put(PREFERENCES, "{\"preferences\":{\"step\":" + step + "}}").expect(200);
    }
    redis.kill();
    redis.startFrom(snapshot);
    user("some", "~*", "+@all", "-@dangerous");
    soon()
        .until(
            () -> {
              for (Api api : List.of(a, b)) {
                Answer read = api.get(PREFERENCES).expect(200);
                assertEquals(3, read.json().get("preferences").get("step").asInt());
              }
              return a.get(PREFERENCES).cacheStatus().equals("redis; hit")
                  && b.get(PREFERENCES).cacheStatus().equals("redis; hit");
            });
    double epochs = a.metric("botbot_cache_epoch_changes_total");
    System.out.println("Redis without INFO: " + epochs + " epochs on one of two instances");
    assertTrue(epochs <= 5, () -> "epochs: " + epochs);
    soon().until(() -> a.get("/q/health/well").status() == 200);
  }

  @Test
  void withoutScriptsItIsNamedAndChecksAreCountedHere() {
    redis();
    user("some", "~*", "+@all", "-@scripting");
    ServiceInstance service = service("no-scripts", "some");
    Api api = service.api();
    policy(api);
    api.put(PREFERENCES, "{\"preferences\":{\"step\":1}}").expect(201);
    assertEquals("local", source(api));
    named(service, "rate_check", "NOPERM");
    assertEquals(1, api.get(PREFERENCES).json().get("preferences").get("step").asInt());
    user("some", "+@all");
    soon()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              assertEquals("redis", source(api));
              api.put(PREFERENCES, "{\"preferences\":{\"step\":2}}").expect(200);
              return api.get("/q/health/well").status() == 200;
            });
    assertTrue(service.log().contains("Redis carries out rate_check again"), service::log);
  }

  @Test
  void withoutTheRightToItsCountersItIsNamedAndNothingElseSuffers() {
    redis();
    user("some", "resetkeys", "%R~*", "~*/cache:*", "~*/lease:*", "+@all");
    ServiceInstance service = service("no-counters", "some");
    Api api = service.api();
    policy(api);
    assertEquals("local", source(api));
    named(service, "rate_check", "NOPERM");
    awaitHits(api);
  }

  @Test
  void aRedisThatMayNotWriteSinceItCannotSaveIsNamed() {
    redis("dir /proc", "stop-writes-on-bgsave-error yes");
    ServiceInstance service = service("misconf", "");
    Api api = service.api();
    policy(api);
    soon().until(() -> source(api), "redis"::equals);
    // nothing can be saved in /proc
    redis.command("CONFIG", "SET", "save", "3600 1");
    soon().ignoreExceptions().until(() -> bgsaveFailed());
    soon().until(() -> source(api), "local"::equals);
    named(service, "rate_check", "MISCONF");
    redis.command("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
    soon()
        .until(
            () -> {
              assertEquals("redis", source(api));
              return api.get("/q/health/well").status() == 200;
            });
  }

  private boolean bgsaveFailed() {
    if (redis.command("INFO", "persistence").toString().contains("rdb_last_bgsave_status:err")) {
      return true;
    }
    redis.command("BGSAVE");
    return false;
  }

  @Test
  void aSingleCommandThatIsRefusedWhileRunningIsNamedUntilItIsAllowedAgain() {
    redis();
    user("some", "~*", "+@all");
    ServiceInstance service = service("no-get", "some");
    Api api = service.api();
    awaitHits(api);
    user("some", "-get", "-mget");
    soon()
        .until(
            () -> {
              assertEquals(
                  "redis; fwd=bypass; detail=unavailable", api.get(PREFERENCES).cacheStatus());
              return true;
            });
    named(service, "get", "NOPERM");
    user("some", "+get", "+mget");
    soon()
        .until(
            () -> {
              assertEquals("redis; hit", api.get(PREFERENCES).cacheStatus());
              return api.get("/q/health/well").status() == 200;
            });
  }

  @Test
  void aReplicaIsNamedAsOne() {
    RedisServer primary = redis();
    redis("replicaof 127.0.0.1 " + primary.port());
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
    ServiceInstance service = ServiceInstance.launch("replica", environment);
    open.add(service);
    Api api = service.awaitReady().api();
    soon()
        .until(() -> redisStatus(api).get("cause").asText().contains("not a primary, its role is"));
    redis.command("REPLICAOF", "NO", "ONE");
    awaitHits(api);
    redis.command("REPLICAOF", "127.0.0.1", "" + primary.port());
    soon().until(() -> api.get("/q/health/well").status() == 503);
  }

  @Test
  void anInstanceThatGetsSomeOfItsConnectionsOnlyUsesThose() {
    redis("maxclients 1");
    // one for the test's own commands would be one too many: so it sends none
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
    environment.put("QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE", "3");
    ServiceInstance service = ServiceInstance.launch("maxclients", environment);
    open.add(service);
    Api api = service.awaitReady().api();
    awaitHits(api);
    named(service, "connect", "max number of clients");
  }

  private static void named(ServiceInstance service, String command, String reason) {
    Api api = service.api();
    soon()
        .until(
            () -> {
              String cause = redisStatus(api).get("cause").asText();
              assertTrue(
                  cause.contains("Redis refuses " + command) && cause.contains(reason), cause);
              Answer well = api.get("/q/health/well").expect(503);
              assertTrue(well.body().contains("Redis refuses " + command), well::body);
              assertTrue(
                  api.metric("botbot_redis_refusals_total{command=\"" + command) > 0
                      && api.metric("botbot_redis_refused_commands") > 0);
              return true;
            });
    // the alert, by the log: there is no webhook here
    soon()
        .until(
            () ->
                service
                    .log()
                    .lines()
                    .anyMatch(
                        line ->
                            line.contains("[FIRING] degraded: Redis refuses ")
                                && line.contains("Redis refuses " + command)));
    long told =
        service.log().lines().filter(line -> line.contains("\"Redis refuses " + command)).count();
    assertEquals(1, told, service::log);
  }
}
