package botbot.document;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.EventStream;
import botbot.testing.EventStream.Event;
import botbot.testing.Frozen;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is changed on one instance is known on the other within a second, whatever Redis does. */
class ChangesEverywhereIT {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int ROUNDS = 10;

  private static PostgresServer postgres;
  private static RedisServer redis;
  private static ServiceInstance here;
  private static ServiceInstance there;

  @BeforeAll
  static void start() {
    postgres = PostgresServer.launch();
    redis = RedisServer.launch();
    here = ServiceInstance.launch("changes-here", postgres, redis);
    there = ServiceInstance.launch("changes-there", postgres, redis);
  }

  @AfterAll
  static void stop() {
    there.close();
    here.close();
    redis.close();
    postgres.close();
  }

  @Test
  void withRedisUp() {
    isKnownThereWithinASecond("up");
  }

  @Test
  void withRedisKilled() {
    redis.kill();
    try {
      isKnownThereWithinASecond("killed");
    } finally {
      redis.start();
    }
  }

  @Test
  void withRedisFrozen() {
    try (Frozen frozen = redis.freeze()) {
      isKnownThereWithinASecond("frozen");
    }
  }

  private static void isKnownThereWithinASecond(String key) {
    String path = "/v1/settings/" + key;
    here.api().put(path, "{\"value\":0}").expect(201);
    long slowest = 0;
    try (EventStream stream = EventStream.open(there.api(), "/v1/changes")) {
      for (int n = 1; n <= ROUNDS; n++) {
        there.api().get(path).expect(200);
        String before = there.api().get(path).expect(200).json().get("value").asText();
        assertEquals("" + (n - 1), before);
        here.api().put(path, "{\"value\":" + n + "}").expect(200);
        long written = System.nanoTime();
        String expected = "" + n;
        await("the new value by poll")
            .atMost(SECOND)
            .pollInterval(Duration.ofMillis(5))
            .until(
                () ->
                    there
                        .api()
                        .get(path)
                        .expect(200)
                        .json()
                        .get("value")
                        .asText()
                        .equals(expected));
        slowest = Math.max(slowest, System.nanoTime() - written);
        stream.await(n, SECOND.minusNanos(System.nanoTime() - written));
      }
    }
    System.out.printf("Redis %s: known there after at most %d ms%n", key, slowest / 1_000_000);
  }

  @Test
  void aThousandChangesAreReplayedToAListenerThatWasAwayCompletelyInOrderOnceEach() {
    String path = "/v1/settings/missed";
    here.api().put(path, "{\"value\":0}").expect(201);
    String seen;
    try (EventStream stream = EventStream.open(there.api(), "/v1/changes")) {
      here.api().put(path, "{\"value\":0}").expect(200);
      seen = stream.await(1, SECOND).getFirst().id();
    }
    there.kill();
    for (int n = 0; n < 1000; n++) {
      here.api().put(path, "{\"value\":" + n + "}").expect(200);
    }
    there.start().awaitReady();
    try (EventStream stream = EventStream.open(there.api(), "/v1/changes", "Last-Event-ID", seen)) {
      List<Event> events = stream.await(1000, Duration.ofSeconds(10));
      List<String> expected =
          LongStream.rangeClosed(3, 1002)
              .mapToObj(
                  "{\"kind\":\"setting\",\"key\":\"missed\",\"version\":%d,\"deleted\":false}"
                      ::formatted)
              .toList();
      assertEquals(expected, events.stream().map(Event::data).toList());
      here.api().delete(path).expect(204);
      assertTrue(stream.await(1001, SECOND).getLast().data().contains("\"deleted\":true"));
      assertEquals(1001, stream.events().size());
    }
  }
}
