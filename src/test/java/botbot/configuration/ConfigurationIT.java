package botbot.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packaged service, configured as administrators do, in places where they do it. */
class ConfigurationIT {

  private static final String SECRET = "a${b}c$$d\\$\"e'f`~!|^ ";
  private static final int MIB = 1024 * 1024;

  private static PostgresServer postgres;
  private static RedisServer redis;

  @BeforeAll
  static void start() {
    postgres = PostgresServer.launch();
    redis = RedisServer.launch();
    postgres.query("create role odd superuser login password '" + SECRET.replace("'", "''") + "'");
    String rules = postgres.query("show hba_file").orElseThrow();
    postgres.query(
        "copy (values ('host all postgres 127.0.0.1/32 trust'),"
            + " ('host all odd 127.0.0.1/32 scram-sha-256')) to '"
            + rules
            + "'");
    postgres.query("select pg_reload_conf()");
    redis.command("CONFIG", "SET", "requirepass", SECRET);
  }

  @AfterAll
  static void stop() {
    redis.close();
    postgres.close();
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
    environment.put("QUARKUS_DATASOURCE_USERNAME", "odd");
    environment.put("QUARKUS_DATASOURCE_PASSWORD", SECRET + "\n");
    environment.put("QUARKUS_REDIS_PASSWORD", SECRET);
    environment.put("BOTBOT_ADMIN_KEY", SECRET + "\r\n");
    return environment;
  }

  @Test
  void secretsArriveAsTheyAreAndLineEndsAreCut() {
    Map<String, String> environment = environment();
    environment.put("JAVA_TOOL_OPTIONS", "-Duser.language=ar -Duser.country=EG");
    environment.put("LANG", "ar_EG.UTF-8");
    environment.put("TZ", "Asia/Tokyo");
    try (ServiceInstance service = ServiceInstance.launch("secrets", environment)) {
      service.awaitReady();
      Api api = service.api().withKey(SECRET);
      Awaitility.await("both backends")
          .atMost(Duration.ofSeconds(30))
          .until(() -> api.get("/q/health/well").status() == 200);
      assertTrue(service.log().contains("The line end at the end of botbot.admin-key was cut"));
      assertFalse(service.log().contains("c$$d"), "the log shows a secret");

      Answer refused = api.post("/v1/sessions", "{\"userId\":\"u\",\"ttlSeconds\":0}").expect(400);
      assertEquals(
          "must be greater than or equal to 1",
          refused.json().at("/violations/0/message").asText());
      Answer made = api.post("/v1/sessions", "{\"userId\":\"u\",\"ttlSeconds\":60}").expect(201);
      assertTrue(made.json().path("createdAt").asText().matches("[-0-9]{10}T[:.0-9]{12}Z"));
      for (String text : List.of(refused.body(), made.body(), service.log())) {
        assertTrue(text.chars().allMatch(c -> c < 0x80), text);
      }
      assertTrue(service.log().contains("\"timestamp\":\""));
      assertFalse(service.log().contains("+09:00"));
    }
  }

  @Test
  void secretsInUrlsArriveAndBodiesOf16MibAreTaken() {
    Map<String, String> environment = environment();
    environment.put("QUARKUS_REDIS_HOSTS", redis.url().replace("//", "//:" + encoded() + "@"));
    environment.put(
        "QUARKUS_DATASOURCE_JDBC_URL", postgres.jdbcUrl() + "?user=odd&password=" + encoded());
    List.of("QUARKUS_REDIS_PASSWORD", "QUARKUS_DATASOURCE_USERNAME", "QUARKUS_DATASOURCE_PASSWORD")
        .forEach(environment::remove);
    environment.put("BOTBOT_LIMITS_BODY", "" + 16 * MIB);
    try (ServiceInstance service = ServiceInstance.launch("secret-urls", environment)) {
      service.awaitReady();
      Api api = service.api().withKey(SECRET);
      Awaitility.await("both backends")
          .atMost(Duration.ofSeconds(30))
          .until(() -> api.get("/q/health/well").status() == 200);
      api.put("/v1/sessions/long", session(10 * MIB)).expect(201);
      assertEquals(
          413, api.put("/v1/sessions/long", session(16 * MIB)).json().path("status").asInt());
      byte[] tooLong = session(18 * MIB).getBytes(StandardCharsets.US_ASCII);
      Answer chunked =
          api.send(
              "PUT",
              "/v1/sessions/long",
              BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLong)),
              "Content-Type",
              "application/json");
      assertEquals(413, chunked.expect(413).json().path("status").asInt());
    }
  }

  @Test
  void allThatIsWrongIsSaidAtOnceAndTheServiceDoesNotStart() throws Exception {
    assumeFalse(ServiceInstance.isExecutable(), "this starts the jar");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            "target/quarkus-app/quarkus-run.jar");
    builder.environment().putAll(environment());
    builder.environment().put("BOTBOT_LIMITS_BODY", "0");
    builder.environment().put("BOTBOT_RATE_BATCH", "many");
    builder.environment().put("PORT", "-1");
    builder.environment().put("QUARKUS_REDIS_HOSTS", "redis://:s3cret{@cache");
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(1, process.exitValue());
    List<String> faults =
        said.lines().filter(line -> line.matches("[A-Z_]+ (must|is) .*")).toList();
    assertEquals(4, faults.size(), said);
    assertFalse(said.contains("\tat "), said);
    assertFalse(said.contains("s3cret"), said);
  }

  /** What is special in a URL is encoded, what is not stays, dollars among it. */
  private static String encoded() {
    return URLEncoder.encode(SECRET, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%24", "$");
  }

  private static String session(int bytes) {
    return "{\"userId\":\"u\",\"data\":{\"a\":\"" + "x".repeat(bytes) + "\"}}";
  }
}
