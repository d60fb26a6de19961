package botbot.faults;

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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Long values on a line of 100 Mbit/s to Redis, beside rate checks and short values. */
class LargeValuesIT {

  private static final long LINE = 100_000_000;
  private static final int CALLERS = 8;
  private static final String LONG = "x".repeat(250 << 10);
  private static final Duration TIME = Duration.ofSeconds(20);

  private PostgresServer postgres;
  private RedisServer redis;
  private PortProxy way;
  private ServiceInstance service;
  private Api api;
  private final Queue<Answer> checkedElsewhere = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() {
    postgres = PostgresServer.launch();
    redis = RedisServer.launch();
    way = PortProxy.to(redis.port());
    service =
        ServiceInstance.launch(
                "large",
                ServiceInstance.environment(postgres.jdbcUrl(), "redis://127.0.0.1:" + way.port()))
            .awaitReady();
    api = service.api();
    api.put(
            "/v1/rate-policies/checks",
            "{\"tier\": \"*\", \"endpoint\": \"*\", \"limit\": 1000000, \"windowMs\": 60000}")
        .expect(201);
    for (int n = 0; n < CALLERS; n++) {
      write("long-" + n, LONG).expect(201);
      write("short-" + n, "x").expect(201);
    }
    Awaitility.await("a warm service")
        .atMost(Duration.ofSeconds(60))
        .until(() -> isWarm(Load.start(100, Duration.ofSeconds(2), this::small).await()));
  }

  private static boolean isWarm(List<Sample> answers) {
    return Load.percentile(answers, 0.99).compareTo(Duration.ofMillis(30)) < 0
        && answers.stream().allMatch(LargeValuesIT::isByRedis);
  }

  @AfterEach
  void stop() {
    service.close();
    way.close();
    redis.close();
    postgres.close();
  }

  @Test
  void readsOfThemCostNoCheckAndNoShortReadItsDeadline() {
    AtomicInteger hits = new AtomicInteger();
    int reads =
        besideSmallOnes(
            n -> {
              Answer answer = api.get("/v1/sessions/long-" + n).expect(200);
              hits.addAndGet(answer.cacheStatus().equals("redis; hit") ? 1 : 0);
            });
    assertEquals(reads, hits.get(), "long reads by Redis");
  }

  @Test
  void writesOfThemCostNoCheckAndNoShortReadItsDeadline() {
    besideSmallOnes(n -> write("long-" + n, LONG).expect(200));
  }

  /** How many long values were carried. */
  private int besideSmallOnes(Consumer<Integer> carry) {
    way.narrowTo(LINE);
    checkedElsewhere.clear();
    AtomicInteger carried = new AtomicInteger();
    List<Sample> small;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        Load load = Load.start(100, TIME, this::small)) {
      for (int caller = 0; caller < CALLERS; caller++) {
        int number = caller;
        callers.execute(
            () -> {
              while (load.elapsed().compareTo(TIME) < 0) {
                carry.accept(number);
                carried.incrementAndGet();
              }
            });
      }
      small = load.await();
    }
    System.out.printf(
        "%d long values in %d s; of %d checks and short reads p99 %d ms, slowest %d ms%n",
        carried.get(),
        TIME.toSeconds(),
        small.size(),
        Load.percentile(small, 0.99).toMillis(),
        Load.percentile(small, 1).toMillis());
    assertEquals(List.of(), small.stream().filter(sample -> !isByRedis(sample)).toList());
    assertEquals(List.of(), List.copyOf(checkedElsewhere));
    assertTrue(carried.get() >= 10 * TIME.toSeconds(), carried + " long values");
    assertEquals("normal", api.get("/v1/status").expect(200).json().get("mode").asText());
    return carried.get();
  }

  /** A check and a short read in turns. */
  private Answer small(int number) {
    if (number % 2 == 0) {
      return api.get("/v1/sessions/short-" + number / 2 % CALLERS);
    }
    String subject = "s" + number % 100;
    Answer check =
        api.post(
            "/v1/rate-checks",
            "{\"subject\": \"" + subject + "\", \"tier\": \"t\", \"endpoint\": \"e\"}");
    if (!check.body().contains("\"source\":\"redis\"")) {
      checkedElsewhere.add(check);
    }
    return check;
  }

  private static boolean isByRedis(Sample sample) {
    return sample.status() == 200 && !sample.cacheStatus().contains("bypass");
  }

  private Answer write(String session, String text) {
    return api.put(
        "/v1/sessions/" + session, "{\"userId\": \"u\", \"data\": {\"text\": \"" + text + "\"}}");
  }
}
