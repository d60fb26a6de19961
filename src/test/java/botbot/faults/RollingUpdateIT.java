package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The released version beside this one, on one PostgreSQL and one Redis, as during a rolling
 * update, and when it is taken back: whoever writes, both read it, and nobody is refused anything.
 */
class RollingUpdateIT {

  private static final int WRITERS = 6;

  @Test
  void theVersionBeforeAndThisOneServeTheSameState() throws InterruptedException {
    Path released = ServiceInstance.released();
    assumeTrue(
        Files.exists(released), "the released version is not there: src/test/released/build");
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance before = launch(released, postgres, redis)) {
      Api old = before.api().unchecked();
      prepare(old);
      Trial trial = new Trial();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int writer = 0; writer < WRITERS; writer++) {
          int mine = writer;
          threads.execute(() -> trial.write("w" + mine));
        }
        trial.goesOnWith(List.of(old), 200);
        try (ServiceInstance after = ServiceInstance.launch("update", postgres, redis)) {
          trial.goesOnWith(List.of(old, after.api()), 600);
          read(old, after.api());
          trial.goesOnWith(List.of(after.api()), 0);
          before.terminate();
          trial.goesOnWith(List.of(after.api()), 300);
          try (ServiceInstance again = launch(released, postgres, redis)) {
            Api back = again.api().unchecked();
            trial.goesOnWith(List.of(after.api(), back), 300);
            trial.goesOnWith(List.of(back), 0);
            after.terminate();
            trial.goesOnWith(List.of(back), 300);
            trial.end();
            threads.close();
            trial.check(back);
            assertEquals(List.of(), again.errors());
          }
        }
      } finally {
        trial.end();
      }
      System.out.printf(
          "%d writes and as many reads during an update and back, none lost, stale or refused%n",
          trial.writes.get());
      assertEquals(List.of(), before.errors());
    }
  }

  private static ServiceInstance launch(Path jar, PostgresServer postgres, RedisServer redis) {
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
    // the one before V17 does not start by itself where a later version has migrated: CHANGELOG.md
    environment.put("QUARKUS_FLYWAY_IGNORE_MIGRATION_PATTERNS", "*:future");
    return ServiceInstance.launchJar("released", jar, environment).awaitReady();
  }

  private static void prepare(Api old) {
    old.put("/v1/settings/greeting", "{\"value\":\"hello\"}").expect(201);
    old.put("/v1/agents/helper/config", "{\"config\":{\"model\":\"m\"}}").expect(201);
    old.put(
            "/v1/rate-policies/chat",
            "{\"limit\":5,\"windowMs\":3600000,\"tier\":\"t\",\"endpoint\":\"*\"}")
        .expect(201);
    check(old).expect(200);
  }

  /** What was written by one is read by the other, and counted together. */
  private static void read(Api old, Api now) {
    now.get("/v1/settings/greeting").expect(200);
    now.put("/v1/settings/greeting", "{\"value\":\"good day\"}").expect(200);
    old.put("/v1/agents/helper/config", "{\"config\":{\"model\":\"n\"}}").expect(200);
    Awaitility.await("both to read both")
        .atMost(Duration.ofSeconds(2))
        .until(
            () ->
                old.get("/v1/settings/greeting").body().contains("good day")
                    && now.get("/v1/agents/helper/config").body().contains("\"n\""));
    for (int i = 0; i < 2; i++) {
      check(old).expect(200);
      check(now).expect(200);
    }
    check(now).expect(429);
    check(old).expect(429);
    String preferences = "/v1/users/u/preferences";
    old.put(preferences, "{\"preferences\":{\"by\":\"old\"}}").expect(201);
    assertEquals("old", now.get(preferences).expect(200).json().at("/preferences/by").asText());
    now.put(preferences, "{\"preferences\":{\"by\":\"now\"}}").expect(200);
    assertEquals("now", old.get(preferences).expect(200).json().at("/preferences/by").asText());
    String scratch = "/v1/scratch/update/k";
    now.put(scratch, "1").expect(200, 201);
    old.post(scratch + "/take", "").expect(200);
    now.get(scratch).expect(404);
  }

  private static Answer check(Api api) {
    return api.post("/v1/rate-checks", "{\"subject\":\"s\",\"tier\":\"t\"}");
  }

  /** Each writer writes a session of its own by any instance, and at once reads it by any other. */
  private static final class Trial {
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private volatile List<Api> instances = List.of();

    void goesOnWith(List<Api> by, int further) {
      instances = by;
      int target = writes.get() + further;
      Awaitility.await("the writers to go on; " + wrong)
          .atMost(Duration.ofSeconds(60))
          .until(() -> writes.get() >= target || !wrong.isEmpty());
      assertEquals(List.of(), new ArrayList<>(wrong));
    }

    void end() {
      over.set(true);
    }

    void write(String id) {
      Awaitility.await("instances").until(() -> !instances.isEmpty() || over.get());
      for (int n = 1; !over.get() && wrong.isEmpty(); n++) {
        List<Api> now = instances;
        String path = "/v1/sessions/" + id;
        try {
          Answer put =
              now.get(n % now.size()).put(path, "{\"userId\":\"u\",\"data\":{\"n\":" + n + "}}");
          Answer got = now.get((n / 2) % now.size()).get(path);
          if (put.status() != 200 && put.status() != 201) {
            wrong.add("PUT " + n + ": " + put);
          } else if (got.status() != 200 || got.json().at("/data/n").asInt() != n) {
            wrong.add("GET of " + n + ": " + got);
          }
        } catch (UncheckedIOException e) {
          wrong.add("no answer: " + e);
        }
        writes.incrementAndGet();
      }
    }

    void check(Api api) {
      assertEquals(List.of(), new ArrayList<>(wrong));
      for (int writer = 0; writer < WRITERS; writer++) {
        api.get("/v1/sessions/w" + writer).expect(200);
      }
    }
  }
}
