package botbot.cache;

import botbot.testing.Api;
import botbot.testing.PortProxy;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import botbot.testing.WebhookReceiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Two packaged instances on one PostgreSQL and one Redis, started once for all scenarios of a run.
 * Each reaches Redis by a way of its own, which can be cut. Each scenario mends what it broke.
 */
public final class TwoInstances {

  private static TwoInstances shared;

  public final PostgresServer postgres = PostgresServer.launch("max_connections=100");
  public final RedisServer redis = RedisServer.launch();
  public final PortProxy wayOfA = PortProxy.to(redis.port());
  public final PortProxy wayOfB = PortProxy.to(redis.port());

  /** Where the alerts of both instances go. */
  public final WebhookReceiver webhook = new WebhookReceiver();

  public final ServiceInstance a = launch("a", wayOfA.port());
  public final ServiceInstance b = launch("b", wayOfB.port());

  private TwoInstances() {
    a.awaitReady();
    b.awaitReady();
  }

  /** The two instances, healthy. */
  public static synchronized TwoInstances healthy() {
    if (shared == null) {
      shared = new TwoInstances();
    }
    shared.awaitHits();
    return shared;
  }

  private ServiceInstance launch(String name, int redisPort) {
    Map<String, String> environment =
        ServiceInstance.environment(postgres.jdbcUrl(), "redis://127.0.0.1:" + redisPort);
    environment.put("BOTBOT_ALERTS_WEBHOOK_URL", webhook.url());
    environment.put("BOTBOT_ALERTS_RESOLVE_AFTER", "2s");
    environment.put("BOTBOT_ALERTS_OUTBOX_AGE", "2s");
    environment.put("BOTBOT_REDIS_INFO", "1s");
    return ServiceInstance.launch(name, environment);
  }

  public List<Api> apis() {
    return List.of(a.api(), b.api());
  }

  /** Waits until both instances read from Redis; says how long that took. */
  public Duration awaitHits() {
    long start = System.nanoTime();
    a.api().put("/v1/users/probe/preferences", "{\"preferences\":{}}").expect(200, 201);
    for (Api api : apis()) {
      Awaitility.await("hits again")
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> api.get("/v1/users/probe/preferences").cacheStatus().equals("redis; hit"));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** How many statements that match a {@code like} pattern PostgreSQL runs meanwhile. */
  int statements(String pattern, Runnable meanwhile) {
    postgres.query("alter system set log_statement = 'all'");
    postgres.query("select pg_reload_conf()");
    awaitSetting("all");
    int before = postgres.log().length();
    try {
      meanwhile.run();
    } finally {
      postgres.query("alter system set log_statement = 'none'");
      postgres.query("select pg_reload_conf()");
      awaitSetting("none");
    }
    return (int)
        postgres.log().substring(before).lines().filter(line -> line.contains(pattern)).count();
  }

  private void awaitSetting(String value) {
    Awaitility.await("PostgreSQL to read its settings again")
        .pollInterval(Duration.ofMillis(20))
        .until(() -> postgres.query("show log_statement").orElseThrow().equals(value));
  }
}
