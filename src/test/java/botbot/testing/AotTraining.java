package botbot.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Makes {@code app.aot}, the cache of classes and profiles from which a JVM of Java 25 starts the
 * packaged service: runs it once on embedded servers, under calls of the kinds that bots make, and
 * ends it. With profiles of such calls the compiler knows at the start what it would else learn
 * under the first minute's load. The cache is good for the very JVM, jars and options that it was
 * made with; any other JVM says so and starts as without it.
 */
public final class AotTraining {

  private static final Duration FULL = Duration.ofSeconds(60);

  /** The JVM writes the cache when it ends. */
  private static final Duration WRITING = Duration.ofMinutes(5);

  private static final int CALLERS = 16;
  private static final int IDS = 1_000;
  private static final String TEXT = "x".repeat(800);

  private final Api admin;
  private final Api bot;
  private final AtomicInteger next = new AtomicInteger();

  private AotTraining(Api admin) {
    this.admin = admin;
    String client = "{\"name\":\"bot\",\"roles\":[\"frontend\"]}";
    String key = admin.post("/v1/clients", client).expect(201).json().get("key").asText();
    this.bot = admin.withKey(key).unchecked();
  }

  /**
   * Trains for a minute.
   *
   * @param arguments the directory of {@code quarkus-run.jar}, then options of the JVM
   */
  public static void main(String... arguments) throws Exception {
    // Maven's JVM may have looked for drivers before this class path was there
    if (!Driver.isRegistered()) {
      Driver.register();
    }
    List<String> all = List.of(arguments);
    train(Path.of(all.getFirst()), FULL, all.subList(1, all.size()));
  }

  /** Makes the cache beside {@code quarkus-run.jar} in a directory, by calls for so long. */
  public static void train(Path directory, Duration duration, List<String> options)
      throws IOException, InterruptedException {
    Path cache = directory.resolve("app.aot").toAbsolutePath();
    Files.deleteIfExists(cache);
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      Map<String, String> environment =
          ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
      environment.put(
          "JAVA_TOOL_OPTIONS", "-XX:AOTCacheOutput=" + cache + ' ' + String.join(" ", options));
      try (ServiceInstance service =
          ServiceInstance.launchJar(
              "training", directory.resolve("quarkus-run.jar").toAbsolutePath(), environment)) {
        new AotTraining(service.awaitReady().api()).call(duration);
        service.stop(WRITING);
        if (!Files.exists(cache)) {
          throw new IllegalStateException("There is no cache. The log:\n" + service.log());
        }
      }
    }
  }

  private void call(Duration duration) throws InterruptedException {
    admin.put("/v1/settings/greeting", "{\"value\":{\"text\":\"hello\"}}").expect(201);
    admin.put("/v1/agents/helper/config", "{\"config\":{\"model\":\"small\"}}").expect(201);
    admin
        .put(
            "/v1/rate-policies/chat",
            "{\"tier\":\"*\",\"endpoint\":\"chat\",\"limit\":1000000000,\"windowMs\":60000}")
        .expect(201);
    long end = System.nanoTime() + duration.toNanos();
    List<Callable<Void>> calls = Collections.nCopies(CALLERS, () -> callUntil(end));
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      for (Future<Void> done : callers.invokeAll(calls)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call was answered as no bot's is", e.getCause());
    }
  }

  private @Nullable Void callUntil(long end) {
    while (System.nanoTime() < end) {
      turn(next.getAndIncrement());
    }
    return null;
  }

  /** What a bot asks while it answers a message, and now and then what is rarer. */
  private void turn(int number) {
    String id = "tg:" + number % IDS;
    String session = "/v1/sessions/" + id;
    String body = "{\"userId\":\"%s\",\"data\":{\"step\":%d,\"text\":\"%s\"}}";
    String state = body.formatted(id, number, TEXT);
    String check = "{\"subject\":\"%s\",\"endpoint\":\"chat\"}".formatted(id);
    String preferences = "/v1/users/" + id + "/preferences";
    bot.post("/v1/rate-checks", check).expect(200);
    // at first there is nothing
    bot.get(session).expect(200, 404);
    bot.get(preferences).expect(200, 404);
    bot.get("/v1/settings/greeting").expect(200);
    bot.get("/v1/agents/helper/config").expect(200);
    Answer put = bot.put(session, state).expect(200, 201);
    bot.get(session).expect(200);
    Answer rarer =
        switch (number % 8) {
          case 0 -> bot.patch(session, "{\"data\":{\"step\":%d}}".formatted(-number));
          case 1 -> bot.put(preferences, "{\"preferences\":{\"lang\":\"en\"}}");
          case 2 -> bot.post("/v1/sessions", state);
          case 3 -> bot.post("/v1/sessions/batch-get", "{\"ids\":[\"%s\",\"tg:1\"]}".formatted(id));
          case 4 -> bot.post("/v1/rate-checks/batch", "{\"checks\":[" + check + ',' + check + "]}");
          case 5 -> bot.put(session, state, "If-Match", put.etag().orElse("*"));
          case 6 -> bot.get("/v1/sessions?userId=" + id + "&data=false");
          default -> bot.put("/v1/scratch/work/" + number % IDS + "?ttlSeconds=60", "{\"a\":1}");
        };
    rarer.expect(200, 201);
  }
}
