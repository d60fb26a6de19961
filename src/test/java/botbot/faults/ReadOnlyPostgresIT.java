package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PortProxy;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import botbot.testing.WebhookReceiver;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A PostgreSQL that refuses writes for a while, and one that is not the primary any more. */
class ReadOnlyPostgresIT {

  private static final String PATH = "/v1/users/u/preferences";
  private static final String BODY = "{\"preferences\":{}}";
  private static final String SLIDING = "/v1/sessions/slides";
  private static final Duration BOUND = Duration.ofSeconds(5);

  @Test
  void itIsNamedAndWritesSucceedSoonAfterItsEnd() throws IOException {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      WebhookReceiver webhook = new WebhookReceiver();
      Map<String, String> environment =
          ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
      environment.put("BOTBOT_ALERTS_WEBHOOK_URL", webhook.url());
      environment.put("BOTBOT_ALERTS_RESOLVE_AFTER", "2s");
      try (ServiceInstance service = ServiceInstance.launch("read-only", environment)) {
        Api api = service.awaitReady().api();
        api.put(PATH, BODY).expect(201);
        api.put(SLIDING, "{\"userId\":\"u\",\"ttlSeconds\":20}").expect(201);
        Answer early = api.get(SLIDING).expect(200);
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService traffic = Executors.newFixedThreadPool(4);
            Closeable end = () -> over.set(true)) {
          for (int i = 0; i < 4; i++) {
            traffic.execute(() -> writeUntil(over, api));
          }
          // what new connections begin with, as a provider does when the disk is full
          postgres.query("alter database postgres set default_transaction_read_only = on");
          disconnectAll(postgres);
          Awaitility.await("told by well")
              .atMost(BOUND)
              .until(() -> api.get("/q/health/well").body().contains("PostgreSQL is read-only"));
          Awaitility.await("told by the status")
              .atMost(BOUND)
              .until(() -> api.get("/v1/status").body().contains("PostgreSQL is read-only"));
          Awaitility.await("told by the alert")
              .atMost(Duration.ofSeconds(15))
              .until(
                  () ->
                      webhook.taken().stream()
                          .anyMatch(body -> body.contains("PostgreSQL is read-only")));
          Awaitility.await("told by the log")
              .atMost(BOUND)
              .until(() -> service.log().contains("PostgreSQL is read-only: writes are refused"));
          assertEquals(503, api.put(PATH, BODY).status());
          api.get(PATH).expect(200);
          Awaitility.await("an access that must be written down")
              .atMost(BOUND)
              .until(() -> end(api.get(SLIDING).expect(200)).compareTo(end(early)) > 0);
          assertEquals(0, api.metric("botbot_postgres_writable"));

          postgres.query(
              "begin read write;"
                  + " alter database postgres reset default_transaction_read_only; commit");
          Duration took = awaitWrites(api);
          System.out.printf("read-only: writes again after %d ms%n", took.toMillis());
          assertTrue(took.compareTo(BOUND) < 0, took::toString);
        }
        Awaitility.await("well")
            .atMost(Duration.ofSeconds(15))
            .until(() -> api.get("/q/health/well").status() == 200);
      }
    }
  }

  @Test
  void ofSeveralHostsThePrimaryIsFound() {
    try (PostgresServer primary = PostgresServer.launch();
        PortProxy replication = PortProxy.to(primary.port());
        PostgresServer standby = primary.standby(replication.port()).start();
        RedisServer redis = RedisServer.launch()) {
      String hosts = "127.0.0.1:" + standby.port() + ",127.0.0.1:" + primary.port();
      String url = "jdbc:postgresql://" + hosts + "/postgres?targetServerType=primary";
      try (ServiceInstance service =
          ServiceInstance.launch("hosts", ServiceInstance.environment(url, redis.url()))) {
        Api api = service.awaitReady().api();
        api.put(PATH, BODY).expect(201);
        primary.kill();
        standby.promote();
        Duration took = awaitWrites(api);
        System.out.printf(
            "several hosts: writes again %d ms after the promotion%n", took.toMillis());
        assertTrue(took.compareTo(BOUND) < 0, took::toString);
      }
    }
  }

  private static String end(Answer session) {
    return session.json().get("expiresAt").asText();
  }

  /** Until twenty writes have succeeded one after the other. */
  private static Duration awaitWrites(Api api) {
    long start = System.nanoTime();
    Awaitility.await("writes")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              for (int i = 0; i < 20; i++) {
                if (api.put(PATH, BODY).status() != 200) {
                  return false;
                }
              }
              return true;
            });
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void writeUntil(AtomicBoolean over, Api api) {
    while (!over.get()) {
      api.put("/v1/users/traffic/preferences", BODY);
    }
  }

  private static void disconnectAll(PostgresServer postgres) {
    postgres.query(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where pid <> pg_backend_pid() and backend_type = 'client backend'");
  }
}
