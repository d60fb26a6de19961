package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.PortProxy;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A PostgreSQL whose answers take a fifth of a second is neither away nor in trouble. */
class FarPostgresIT {

  private static final Duration WAY = Duration.ofMillis(200);
  private static final Duration PERIOD = Duration.ofSeconds(20);
  private static final String PREFERENCES = "{\"preferences\":{\"n\":%d}}";
  private static final String SESSION = "{\"userId\":\"u\",\"data\":{\"n\":%d}}";
  private static final int KEYS = 40;

  private final FreshnessModel model = new FreshnessModel();
  private final Queue<String> modes = new ConcurrentLinkedQueue<>();

  @Test
  void redisIsReadAsFromNearByAndAnOutageIsStillNoticed() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        PortProxy way = PortProxy.to(postgres.port());
        ServiceInstance a = launch("far-a", way, redis);
        ServiceInstance b = launch("far-b", way, redis)) {
      List<Api> apis = List.of(a.awaitReady().api(), b.awaitReady().api());
      way.delayAnswers(WAY);
      for (int key = 0; key < KEYS; key++) {
        model.write(apis.get(key % 2), path(key), body(key)).expect(201);
      }
      awaitMode(apis, "normal");
      mixed(apis); // the first requests find the service cold
      modes.clear();
      List<Sample> samples = mixed(apis);
      assertEquals(List.of(), model.violations());
      assertEquals(List.of(), samples.stream().filter(s -> s.status() >= 300).toList());
      List<Sample> reads = samples.stream().filter(s -> !s.cacheStatus().isEmpty()).toList();
      long hits = reads.stream().filter(s -> s.cacheStatus().equals("redis; hit")).count();
      System.out.printf(
          "PostgreSQL %d ms away: %d writes, %d of %d reads hits, modes %s%n",
          WAY.toMillis(),
          samples.size() - reads.size() - modes.size(),
          hits,
          reads.size(),
          modes.stream().collect(Collectors.groupingBy(m -> m, Collectors.counting())));
      assertTrue(hits >= reads.size() * 0.95, hits + " hits of " + reads.size());
      long normal = modes.stream().filter("normal"::equals).count();
      assertTrue(normal >= modes.size() * 0.95, normal + " times normal of " + modes.size());
      aFirstReadAfterIdlenessIsAHit(apis);
      anOutageIsNoticed(way, apis);
    }
  }

  private List<Sample> mixed(List<Api> apis) {
    try (Load load = Load.start(60, PERIOD, n -> request(apis, n))) {
      return load.await();
    }
  }

  private Answer request(List<Api> apis, int number) {
    SplittableRandom random = new SplittableRandom(number);
    Api api = apis.get(random.nextInt(2));
    if (number % 20 == 0) {
      Answer status = api.get("/v1/status");
      modes.add(status.expect(200).json().path("mode").asText());
      return status;
    }
    int key = random.nextInt(KEYS);
    return random.nextInt(10) == 0
        ? model.write(api, path(key), body(key))
        : model.read(api, path(key));
  }

  private void aFirstReadAfterIdlenessIsAHit(List<Api> apis) {
    Awaitility.await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
    for (Api api : apis) {
      assertEquals("redis; hit", api.get(path(0)).expect(200).cacheStatus());
    }
  }

  private void anOutageIsNoticed(PortProxy way, List<Api> apis) {
    way.delayAnswers(Duration.ofMinutes(1));
    long frozen = System.nanoTime();
    Awaitility.await("the outage to be noticed")
        .atMost(Duration.ofSeconds(3))
        .until(
            () ->
                apis.stream()
                    .allMatch(
                        api ->
                            api.get(path(0)).expect(200).cacheStatus().contains("unverified")
                                && mode(api).equals("degraded")));
    System.out.printf(
        "its outage was told after %d ms%n", (System.nanoTime() - frozen) / 1_000_000);
    way.delayAnswers(Duration.ZERO);
    way.cut();
    way.restore();
    awaitMode(apis, "normal");
  }

  private static ServiceInstance launch(String name, PortProxy way, RedisServer redis) {
    String url = "jdbc:postgresql://127.0.0.1:" + way.port() + "/postgres";
    return ServiceInstance.launch(name, ServiceInstance.environment(url, redis.url()));
  }

  private static void awaitMode(List<Api> apis, String mode) {
    for (Api api : apis) {
      Awaitility.await(mode).atMost(Duration.ofSeconds(20)).until(() -> mode(api).equals(mode));
    }
  }

  private static String mode(Api api) {
    return api.get("/v1/status").expect(200).json().path("mode").asText();
  }

  private static String path(int key) {
    return key % 2 == 0 ? "/v1/users/far-" + key + "/preferences" : "/v1/sessions/far-" + key;
  }

  private static String body(int key) {
    return key % 2 == 0 ? PREFERENCES : SESSION;
  }
}
