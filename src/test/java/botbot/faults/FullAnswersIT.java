package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FullAnswersIT {

  private static final String DOCUMENT = "{\"text\":\"" + "x".repeat(250_000) + "\"}";
  private static final int DOCUMENTS = 100;
  private static final int READERS = 8;
  private static final Duration LONG = Duration.ofSeconds(15);

  @Test
  void eightReadersOfFullAnswersAndAHundredSmallRequestsASecondFitIntoASmallHeap()
      throws Exception {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service =
            ServiceInstance.launch(
                    "full-answers",
                    "256m",
                    ServiceInstance.environment(postgres.jdbcUrl(), redis.url()))
                .awaitReady()) {
      Api api = service.api();
      for (int i = 0; i < DOCUMENTS; i++) {
        api.put("/v1/sessions/s" + i, "{\"userId\":\"u\",\"data\":" + DOCUMENT + "}").expect(201);
      }
      api.put("/v1/sessions/small", "{\"userId\":\"v\"}").expect(201);
      String ids =
          IntStream.range(0, DOCUMENTS)
              .mapToObj(i -> "\"s" + i + "\"")
              .collect(Collectors.joining(",", "{\"ids\":[", "]}"));
      List<Future<Integer>> small = new ArrayList<>();
      long end = System.nanoTime() + LONG.toNanos();
      try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
          ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
        clock.scheduleAtFixedRate(
            () -> small.add(callers.submit(() -> api.get("/v1/sessions/small").status())),
            0,
            10,
            TimeUnit.MILLISECONDS);
        List<CompletableFuture<Void>> large =
            IntStream.range(0, READERS)
                .mapToObj(
                    reader ->
                        CompletableFuture.runAsync(
                            () -> {
                              while (System.nanoTime() < end) {
                                read(api, reader % 2 == 0, ids);
                              }
                            },
                            callers))
                .toList();
        large.forEach(CompletableFuture::join);
        clock.shutdownNow();
        assertTrue(clock.awaitTermination(5, TimeUnit.SECONDS));
        for (Future<Integer> one : small) {
          assertEquals(200, one.get());
        }
      }
      assertTrue(service.isRunning());
      assertEquals(List.of(), service.errors());
    }
  }

  private static void read(Api api, boolean page, String ids) {
    Answer answer =
        page ? api.get("/v1/sessions?userId=u&limit=200") : api.post("/v1/sessions/batch-get", ids);
    assertTrue(answer.expect(200).body().length() > 3_500_000);
  }
}
