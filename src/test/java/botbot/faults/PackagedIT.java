package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botbot.testing.Answer;
import botbot.testing.AotTraining;
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
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** {@code java -jar} starts, and says so, whatever is away. */
class PackagedIT {
  private static final String SESSION = "{\"userId\": \"ada\", \"data\": {\"step\": 1}}";
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void itStartsAndServesEverythingWithRedisDownAndUsesItWhenItComes() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      redis.kill();
      try (ServiceInstance service = ServiceInstance.launch("no-redis", postgres, redis)) {
        Api api = service.api();
        assertTrue(service.log().contains("Redis"), service.log());
        api.put("/v1/sessions/s1", SESSION).expect(201);
        Answer read = api.get("/v1/sessions/s1").expect(200);
        assertEquals("redis; fwd=bypass; detail=unavailable", read.cacheStatus());
        api.patch("/v1/users/ada/preferences", "{\"preferences\": {\"lang\": \"en\"}}").expect(201);
        api.post("/v1/rate-checks", "{\"subject\": \"ada\"}").expect(200);

        redis.start();
        Awaitility.await("reads from Redis")
            .atMost(SOON)
            .until(() -> api.get("/v1/sessions/s1").cacheStatus().equals("redis; hit"));
        assertEquals(List.of(), service.errors());
      }
    }
  }

  @Test
  void itStartsWithPostgresDownAndServesAsSoonAsThatComes() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      postgres.kill();
      try (ServiceInstance service =
          ServiceInstance.launch(
              "no-postgres", ServiceInstance.environment(postgres.jdbcUrl(), redis.url()))) {
        Api api = service.api();
        Awaitility.await("a start without PostgreSQL")
            .atMost(SOON)
            .ignoreExceptions()
            .until(() -> api.get("/q/health/live").status() == 200);
        assertTrue(service.log().contains("PostgreSQL is not reachable"), service.log());
        Answer refused = api.put("/v1/sessions/s1", SESSION).expect(503);
        assertFalse(refused.header("Retry-After").isEmpty());

        postgres.start();
        Awaitility.await("the first write")
            .atMost(SOON)
            .until(() -> api.put("/v1/sessions/s1", SESSION).status() == 201);
        service.awaitReady();
        assertEquals(List.of(), service.errors());
      }
    }
  }

  @Test
  void itStopsInOrderWhenItIsAskedTo() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("stopping", postgres, redis)) {
      service.stop();
      assertFalse(service.isRunning());
      assertTrue(service.log().contains("stopped in"), service.log());
    }
  }

  @Test
  void itShowsItsDocumentationToAnyone() {
    try (ServiceInstance service =
        ServiceInstance.launch("documentation", ServiceInstance.environmentWithoutBackends())) {
      Api anyone = service.api().withKey("");
      Awaitility.await("the page")
          .atMost(SOON)
          .ignoreExceptions()
          .until(() -> anyone.get("/q/swagger-ui/").expect(200).body().contains("/q/openapi"));
      assertTrue(anyone.get("/q/openapi").expect(200).body().contains("/v1/sessions/{id}"));
      assertTrue(anyone.get("/q/openapi.json").expect(200).json().path("paths").has("/v1/changes"));
    }
  }

  @Test
  void inAnExecutableThreadsOfTheSystemPoll() throws IOException {
    assumeTrue(ServiceInstance.isExecutable(), "the JVM polls by virtual threads, and may");
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("polling", postgres, redis)) {
      service.api().put("/v1/sessions/s1", SESSION).expect(201);
      Set<String> threads = service.threads();
      assertTrue(threads.contains("Read-Poller"), threads.toString());
      assertFalse(threads.contains("MasterPoller"), threads.toString());
    }
  }

  @Test
  void aJvmStartsItFromTheCacheThatIsMadeForIt() throws IOException, InterruptedException {
    assumeFalse(ServiceInstance.isExecutable(), "there is no JVM");
    assumeTrue(Runtime.version().feature() >= 25, "an older JVM has no such cache");
    Path cache = Path.of("target/quarkus-app/app.aot");
    try {
      AotTraining.train(
          cache.getParent(), Duration.ofSeconds(5), List.of("-XX:+UseCompactObjectHeaders"));
      Map<String, String> environment = ServiceInstance.environmentWithoutBackends();
      // on: a JVM that cannot use it ends
      environment.put(
          "JAVA_TOOL_OPTIONS",
          "-XX:AOTMode=on -XX:AOTCache=" + cache + " -XX:+UseCompactObjectHeaders");
      try (ServiceInstance service =
          ServiceInstance.launchJar(
              "cached", cache.resolveSibling("quarkus-run.jar"), environment)) {
        service.awaitLive();
      }
    } finally {
      Files.deleteIfExists(cache);
    }
  }

  @Test
  void nothingOfTheEmbeddedServersIsInThePackage() throws IOException {
    assumeFalse(ServiceInstance.isExecutable(), "there are no jars");
    try (Stream<Path> files = Files.walk(Path.of("target/quarkus-app"))) {
      assertTrue(files.noneMatch(file -> file.toString().contains("embedded")));
    }
  }
}
