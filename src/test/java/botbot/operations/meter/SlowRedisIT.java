package botbot.operations.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Load;
import botbot.testing.PortProxy;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import botbot.testing.WebhookReceiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A Redis that answers late, but in time to be used, for more than a minute. */
@Execution(ExecutionMode.CONCURRENT)
class SlowRedisIT {

  private static final Duration BOUND = Duration.ofMillis(150);
  private static final Duration DELAY = Duration.ofMillis(300);

  /** So that a machine that stalls for a moment has no outage, which would spoil the minute. */
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** A minute has to pass without an outage, and then a minute without a late answer. */
  private static final Duration LOAD = Duration.ofMinutes(4);

  @Test
  void itIsToldOnceAndOnceMoreWhenItIsOver() {
    WebhookReceiver webhook = new WebhookReceiver();
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        PortProxy way = PortProxy.to(redis.port());
        ServiceInstance service = launch(postgres, way, webhook).awaitReady();
        Load load = Load.start(10, LOAD, number -> service.api().get("/v1/sessions/none"))) {
      way.delayAnswers(DELAY);
      await("the gauge", () -> gauge(service).equals("1.0"));
      await("the alert", () -> webhook.taken().size() == 1);
      String alert = webhook.taken().getFirst();
      assertTrue(alert.contains("[FIRING] redis-slow: the 99th percentile of a minute is"), alert);
      assertEquals(503, service.api().get("/q/health/well").status());

      way.delayAnswers(Duration.ZERO);
      await("the gauge at rest", () -> gauge(service).equals("0.0"));
      await("its end", () -> webhook.taken().size() == 2);
      assertTrue(
          webhook.taken().getLast().contains("[RESOLVED] redis-slow"), webhook.taken()::toString);
      assertEquals(1, told(service, "Redis is slow: p99 over a minute is"), service::log);
      assertEquals(1, told(service, "Redis is no longer slow"), service::log);
    }
  }

  private static ServiceInstance launch(
      PostgresServer postgres, PortProxy way, WebhookReceiver webhook) {
    Map<String, String> environment =
        ServiceInstance.environment(postgres.jdbcUrl(), "redis://127.0.0.1:" + way.port());
    environment.put("BOTBOT_ALERTS_WEBHOOK_URL", webhook.url());
    environment.put("BOTBOT_ALERTS_RESOLVE_AFTER", "2s");
    environment.put("BOTBOT_REDIS_SLOW", BOUND.toMillis() + "ms");
    environment.put("BOTBOT_REDIS_DEADLINE", DEADLINE.toMillis() + "ms");
    return ServiceInstance.launch("slow", environment);
  }

  private static String gauge(ServiceInstance service) {
    String name = "botbot_redis_slow ";
    List<String> lines = service.api().get("/q/metrics").expect(200).body().lines().toList();
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst()
        .orElseThrow();
  }

  private static void await(String what, Callable<Boolean> met) {
    Awaitility.await(what).atMost(Duration.ofSeconds(100)).until(met);
  }

  private static long told(ServiceInstance service, String line) {
    return service.log().lines().filter(logged -> logged.contains(line)).count();
  }
}
