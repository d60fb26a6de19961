package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.Pause;
import botbot.testing.PortProxy;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A key that many write at once is slow for its own writers only. */
class HotKeyIT {

  private static final int WRITERS = 60;
  private static final Duration PERIOD = Duration.ofSeconds(10);

  /** What is a stall of the machine rather than of the service. */
  private static final Duration FLOOR = Duration.ofMillis(250);

  @Test
  void sixtyWritersOfOneSessionLeaveTheConnectionsToTheOthers() throws Exception {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        PortProxy way = PortProxy.to(postgres.port());
        ServiceInstance service =
            ServiceInstance.launch(
                    "hot-key",
                    ServiceInstance.environment(
                        "jdbc:postgresql://127.0.0.1:" + way.port() + "/postgres", redis.url()))
                .awaitReady()) {
      Api api = service.api();
      api.put("/v1/sessions/hot", "{\"userId\":\"u\",\"data\":{}}").expect(201);
      way.delayAnswers(Duration.ofMillis(10));
      try (Load others = Load.start(50, Duration.ofMinutes(3), n -> put(api, n))) {
        Pause.millis((int) PERIOD.toMillis());
        Duration begin = others.elapsed();
        Pause.millis((int) PERIOD.toMillis());
        Duration hot = others.elapsed();
        Map<Integer, LongAdder> answers = writeTogether(api);
        Duration end = others.elapsed();
        assertEquals("normal", api.get("/v1/status").expect(200).json().path("mode").asText());
        others.close();
        Duration usual = Load.percentile(others.between(begin, hot), 0.99);
        List<Sample> besideIt = others.between(hot, end);
        Duration meanwhile = Load.percentile(besideIt, 0.99);
        System.out.printf(
            "%s of the hot session; others p99 %d ms, normal %d ms%n",
            answers, meanwhile.toMillis(), usual.toMillis());
        assertEquals(Map.of(), refused(besideIt));
        assertEquals(Set.of(200), answers.keySet(), answers::toString);
        Duration bound = usual.multipliedBy(3);
        assertTrue(
            meanwhile.compareTo(bound.compareTo(FLOOR) > 0 ? bound : FLOOR) <= 0,
            meanwhile + " against a normal p99 of " + usual);
      }
    }
  }

  private static Answer put(Api api, int n) {
    return api.put("/v1/sessions/other-" + n % 50, "{\"userId\":\"o" + n % 50 + "\",\"data\":{}}");
  }

  private static Map<Integer, LongAdder> writeTogether(Api api) {
    Map<Integer, LongAdder> answers = new ConcurrentHashMap<>();
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        int mine = writer;
        writers.execute(
            () -> {
              while (!over.get()) {
                int status =
                    api.patch("/v1/sessions/hot", "{\"data\":{\"w" + mine + "\":1}}").status();
                answers.computeIfAbsent(status, s -> new LongAdder()).increment();
              }
            });
      }
      Pause.millis((int) PERIOD.toMillis());
      over.set(true);
    }
    return answers;
  }

  private static Map<Integer, List<Sample>> refused(List<Sample> samples) {
    return samples.stream()
        .filter(sample -> sample.status() >= 300 || sample.status() == Load.NO_ANSWER)
        .collect(Collectors.groupingBy(Sample::status));
  }
}
