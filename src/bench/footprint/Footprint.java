import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How long the packaged service takes from the start of its process to its first answer that it is
 * ready, how much processor time it has used and how much memory it holds (resident, as the kernel
 * counts it) then, its memory after load, and its size.
 */
public final class Footprint {
  private static final int STARTS = 5;
  private static final int CALLERS = 16;
  private static final long SECONDS = Long.getLong("seconds", 20);
  private static final String PREFERENCES = "{\"preferences\":{\"lang\":\"en\"}}";

  private Footprint() {}

  public static void main(String[] arguments) throws IOException {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      System.out.printf(
          "%-14s %9s %9s %12s %13s %14s %s%n",
          "",
          "size MiB",
          "ready ms",
          "then CPU ms",
          "then RSS MiB",
          "loaded RSS MiB",
          "requests");
      Path jars = Path.of("target/quarkus-app");
      measure("jar", jars, "", Map.of(), postgres, redis);
      if (Files.exists(jars.resolve("app.aot"))) {
        Map<String, String> cache =
            Map.of(
                "JAVA_TOOL_OPTIONS",
                "-XX:AOTCache=" + jars.resolve("app.aot") + " -XX:+UseCompactObjectHeaders");
        measure("jar, app.aot", jars, "", cache, postgres, redis);
      }
      try (Stream<Path> built = Files.list(Path.of("target"))) {
        Optional<Path> executable =
            built.filter(file -> file.toString().endsWith("-runner")).findAny();
        if (executable.isPresent()) {
          Path file = executable.get();
          measure("executable", file, file.toAbsolutePath().toString(), Map.of(), postgres, redis);
        } else {
          System.out.println("executable  not measured: none was built (-Dnative)");
        }
      }
    }
  }

  private static void measure(
      String name,
      Path files,
      String executable,
      Map<String, String> more,
      PostgresServer postgres,
      RedisServer redis)
      throws IOException {
    System.setProperty("native.image.path", executable);
    Map<String, String> environment =
        ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
    environment.putAll(more);
    List<Long> ready = new ArrayList<>();
    List<Long> used = new ArrayList<>();
    List<Long> started = new ArrayList<>();
    long loaded = 0;
    int requests = 0;
    // one more, which migrates and warms the file cache, and is not counted
    for (int i = 0; i <= STARTS; i++) {
      long begin = System.nanoTime();
      try (ServiceInstance service = ServiceInstance.launch("footprint", environment)) {
        awaitReady(service.api());
        if (i > 0) {
          ready.add((System.nanoTime() - begin) / 1_000_000);
          used.add(process().info().totalCpuDuration().orElseThrow().toMillis());
          started.add(resident());
        }
        if (i == STARTS) {
          requests = load(service.api());
          loaded = resident();
        }
      }
    }
    System.out.printf(
        "%-14s %9.0f %9d %12d %13d %14d %d in %d s%n",
        name,
        size(files) / 1048576.0,
        median(ready),
        median(used),
        median(started),
        loaded,
        requests,
        SECONDS);
  }

  private static void awaitReady(Api api) {
    while (true) {
      try {
        if (api.get("/q/health/ready").status() == 200) {
          return;
        }
      } catch (UncheckedIOException notYet) {
        // nothing listens yet
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  /** Reads, writes and checks, each caller as fast as it is answered. */
  private static int load(Api api) {
    AtomicInteger requests = new AtomicInteger();
    long end = System.nanoTime() + SECONDS * 1_000_000_000;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < CALLERS; caller++) {
        String path = "/v1/users/caller" + caller + "/preferences";
        callers.execute(
            () -> {
              for (int i = 0; System.nanoTime() < end; i++) {
                switch (i % 10) {
                  case 0 -> api.put(path, PREFERENCES).expect(200, 201);
                  case 1 -> api.post("/v1/rate-checks", "{\"subject\":\"any\"}").expect(200);
                  default -> api.get(path).expect(200);
                }
                requests.incrementAndGet();
              }
            });
      }
    }
    return requests.get();
  }

  /** The service's process: the only child that is not a server of the bench. */
  private static ProcessHandle process() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().filter(Footprint::isService).isPresent())
        .findAny()
        .orElseThrow();
  }

  /** MiB. */
  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process().pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findAny()
        .orElseThrow();
  }

  private static boolean isService(String command) {
    return command.endsWith("/java") || command.endsWith("-runner");
  }

  private static long size(Path files) throws IOException {
    try (Stream<Path> all = Files.walk(files)) {
      return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
