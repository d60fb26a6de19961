package botbot.bench;

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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How long the packaged service takes from the start of its process to its first answer that it is
 * ready, how much processor time it has used and how much memory it holds (resident, as the kernel
 * counts it) then, its memory after load, and its size: of the jar, of the jar with a cache as the
 * image of the JVM has it, of the executable, and of the image where there is a container engine.
 */
final class Footprint {
  static final int STARTS = Integer.getInteger("starts", 5);
  private static final long SECONDS = Long.getLong("seconds", 20);
  private static final String PREFERENCES = "{\"preferences\":{\"lang\":\"en\"}}";
  private static final Path JARS = Path.of("target/quarkus-app");
  private static final String IMAGE = "botbot-state:footprint";

  /** What there is to be reached; all may be empty. */
  private record Goals(String size, String ready, String cpu, String resident, String loaded) {
    static final Goals NONE = new Goals("", "", "", "", "");
  }

  private final Report report;
  private final Map<String, String> environment;

  private Footprint(Report report, Map<String, String> environment) {
    this.report = report;
    this.environment = environment;
  }

  static void run(Report report) throws IOException {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      Footprint footprint =
          new Footprint(report, ServiceInstance.environment(postgres.jdbcUrl(), redis.url()));
      footprint.ofTheJar();
      footprint.ofTheJarWithItsCache();
      footprint.ofTheExecutable();
    }
    image(report);
  }

  private void ofTheJar() throws IOException {
    AotCache.delete();
    measure("jar", JARS, Goals.NONE, all -> ServiceInstance.launchJar("footprint", Stage.JAR, all));
  }

  private void ofTheJarWithItsCache() throws IOException {
    Map<String, String> cached = AotCache.environment();
    if (cached.isEmpty()) {
      report.row("jar, app.aot", "needs Java 25");
      return;
    }
    environment.putAll(cached);
    measure(
        "jar, app.aot",
        JARS,
        new Goals("", "≤ 2,000 ms", "≤ 3,000 ms", "≤ 180 MiB", ""),
        all -> ServiceInstance.launchJar("footprint", Stage.JAR, all));
    environment.keySet().removeAll(cached.keySet());
  }

  private void ofTheExecutable() throws IOException {
    Optional<Path> built = Stage.builtExecutable();
    if (built.isEmpty()) {
      report.row("executable", Executable.NOT_BUILT);
      return;
    }
    measure(
        "executable",
        built.get(),
        new Goals("≤ 95 MiB", "≤ 120 ms", "", "≤ 75 MiB", "≤ 110 MiB"),
        all -> ServiceInstance.launchExecutable("footprint", built.get(), all));
    environment.put("BOTBOT_CONSOLE_ENABLED", "false");
    measure(
        "executable, no console",
        built.get(),
        Goals.NONE,
        all -> ServiceInstance.launchExecutable("footprint", built.get(), all));
    environment.remove("BOTBOT_CONSOLE_ENABLED");
  }

  private static void image(Report report) {
    if (!Tool.isThere("docker") || !Tool.succeeds("docker", "info")) {
      report.row("image", "no container engine here");
      return;
    }
    Tool.output("docker", "build", "-q", "-f", "deploy/Dockerfile.jvm", "-t", IMAGE, ".");
    String size = Tool.output("docker", "image", "inspect", "--format", "{{.Size}}", IMAGE);
    report.alone(
        "image: size", Spread.of(Long.parseLong(size.strip()) / 1048576.0), " MiB", Report.NONE);
  }

  private void measure(
      String name, Path files, Goals goals, Function<Map<String, String>, ServiceInstance> launch)
      throws IOException {
    List<Double> ready = new ArrayList<>();
    List<Double> used = new ArrayList<>();
    List<Double> started = new ArrayList<>();
    double loaded = 0;
    // one more, which migrates and warms the file cache, and is not counted
    for (int i = 0; i <= STARTS; i++) {
      long begin = System.nanoTime();
      try (ServiceInstance service = launch.apply(environment)) {
        awaitReady(service.api());
        if (i > 0) {
          ready.add((System.nanoTime() - begin) / 1e6);
          used.add((double) service.process().info().totalCpuDuration().orElseThrow().toMillis());
          started.add(Executable.residentMib(service.process()));
        }
        if (i == STARTS) {
          load(service.api());
          loaded = Executable.residentMib(service.process());
        }
      }
    }
    report.alone(name + ": size", Spread.of(size(files) / 1048576.0), " MiB", goals.size());
    report.alone(name + ": ready after", Spread.of(ready), " ms", goals.ready());
    report.alone(name + ": processor time until then", Spread.of(used), " ms", goals.cpu());
    report.alone(name + ": resident then", Spread.of(started), " MiB", goals.resident());
    report.alone(
        "%s: resident after %d s of load".formatted(name, SECONDS),
        Spread.of(loaded),
        " MiB",
        goals.loaded());
  }

  /** How long one takes from the start of its process until it is ready, in milliseconds. */
  static double readyAfter(Supplier<ServiceInstance> launch) {
    long begin = System.nanoTime();
    try (ServiceInstance service = launch.get()) {
      awaitReady(service.api());
      return (System.nanoTime() - begin) / 1e6;
    }
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
  private static void load(Api api) {
    long end = System.nanoTime() + SECONDS * 1_000_000_000;
    Callers.together(
        caller -> {
          String path = "/v1/users/caller" + caller + "/preferences";
          for (int i = 0; System.nanoTime() < end; i++) {
            switch (i % 10) {
              case 0 -> api.put(path, PREFERENCES).expect(200, 201);
              case 1 -> api.post("/v1/rate-checks", "{\"subject\":\"any\"}").expect(200);
              default -> api.get(path).expect(200);
            }
          }
        });
  }

  private static long size(Path files) throws IOException {
    try (Stream<Path> all = Files.walk(files)) {
      return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
