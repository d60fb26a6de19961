package botbot.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The trace against the packaged service, on real servers. */
class TraceIT {
  private static PostgresServer postgres;
  private static RedisServer redis;
  private static ServiceInstance service;

  private final List<TracedRequest> requests = Trace.requests();

  @BeforeAll
  static void start() {
    postgres = PostgresServer.launch();
    redis = RedisServer.launch();
    service = ServiceInstance.launch("trace", postgres, redis);
  }

  @AfterAll
  static void stop() {
    service.close();
    redis.close();
    postgres.close();
  }

  @Test
  void theTraceIsOfTwentyUsersOfTwoBots() {
    assertTrue(requests.size() >= 300, "requests: " + requests.size());
    assertEquals(20, requests.stream().map(TracedRequest::user).distinct().count() - 1);
    assertEquals(2, requests.stream().map(TracedRequest::keyOf).distinct().count() - 1);
  }

  @Test
  void everyAnswerAndTheFinalStateAreAsRecorded() {
    new Replay("calm", service.api()).send(requests);
    assertEquals(FinalState.expected("calm"), FinalState.found("calm", service.api()));
  }

  @Test
  void theyAreTheSameWhenRedisIsKilledHalfWayAndRestarted() {
    int killed = between(requests.size() / 2);
    int restarted = between(requests.size() * 3 / 4);
    Replay replay = new Replay("storm", service.api());
    replay.send(requests.subList(0, killed));
    redis.kill();
    replay.send(requests.subList(killed, restarted));
    redis.start();
    awaitRedisInUse(service.api());
    replay.send(requests.subList(restarted, requests.size()));
    assertEquals(FinalState.expected("storm"), FinalState.found("storm", service.api()));
  }

  // a limit that is being hit would begin anew where its counter is lost
  private int between(int from) {
    int line = from;
    while (requests.get(line).isRateCheck()) {
      line++;
    }
    return line;
  }

  private static void awaitRedisInUse(Api api) {
    String id = "/v1/sessions/redis-in-use";
    api.put(id, "{\"userId\": \"nobody\"}").expect(200, 201);
    Awaitility.await("reads from Redis")
        .atMost(Duration.ofSeconds(10))
        .until(() -> api.get(id).cacheStatus().equals("redis; hit"));
  }
}
