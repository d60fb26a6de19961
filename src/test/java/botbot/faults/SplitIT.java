package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PortProxy;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * One instance reaches PostgreSQL alone, the other Redis alone: what the one writes the other
 * cannot know of, and it says so.
 */
class SplitIT {

  private static final String PATH = "/v1/users/split/preferences";
  private static final String BODY = "{\"preferences\":{\"n\":%d}}";
  private static final String UNVERIFIED = "redis; hit; detail=unverified";

  @Test
  void whoCannotKnowOfAWriteSaysSo() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        PortProxy redisOfA = PortProxy.to(redis.port());
        PortProxy postgresOfB = PortProxy.to(postgres.port());
        ServiceInstance a =
            launch("split-a", postgres.jdbcUrl(), "redis://127.0.0.1:" + redisOfA.port());
        ServiceInstance b =
            launch(
                "split-b",
                "jdbc:postgresql://127.0.0.1:" + postgresOfB.port() + "/postgres",
                redis.url())) {
      Api writer = a.awaitReady().api();
      Api reader = b.awaitReady().api();
      writer.put(PATH, BODY.formatted(1)).expect(201);
      awaitHit(reader);

      postgresOfB.cut();
      redisOfA.cut();
      long split = System.nanoTime();
      writer.put(PATH, BODY.formatted(2)).expect(200);
      long written = System.nanoTime();
      Awaitility.await("it says that nothing vouches for what it shows")
          .atMost(Duration.ofSeconds(2))
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                long sent = System.nanoTime();
                Answer read = reader.get(PATH).expect(200);
                boolean promised = read.cacheStatus().equals("redis; hit");
                assertTrue(
                    !promised || sent - written < Duration.ofSeconds(1).toNanos(),
                    () -> "promised to be fresh, and is not: " + read);
                return read.cacheStatus().equals(UNVERIFIED) && mode(reader).equals("degraded");
              });
      System.out.printf("split: told after %d ms%n", (System.nanoTime() - split) / 1_000_000);
      assertEquals(2, number(writer.get(PATH)));

      postgresOfB.restore();
      Awaitility.await("the write is seen, Redis or not")
          .atMost(Duration.ofSeconds(10))
          .until(() -> number(reader.get(PATH)) == 2);
      redisOfA.restore();
      for (Api api : new Api[] {writer, reader}) {
        Awaitility.await("normal")
            .atMost(Duration.ofSeconds(20))
            .until(() -> mode(api).equals("normal"));
        awaitHit(api);
        assertEquals(2, number(api.get(PATH)));
      }
    }
  }

  private static void awaitHit(Api api) {
    Awaitility.await("a hit")
        .atMost(Duration.ofSeconds(20))
        .until(() -> api.get(PATH).cacheStatus().equals("redis; hit"));
  }

  private static int number(Answer answer) {
    return answer.expect(200).json().at("/preferences/n").intValue();
  }

  private static String mode(Api api) {
    return api.get("/v1/status").expect(200).json().path("mode").asText();
  }

  private static ServiceInstance launch(String name, String jdbcUrl, String redisUrl) {
    return ServiceInstance.launch(name, ServiceInstance.environment(jdbcUrl, redisUrl));
  }
}
