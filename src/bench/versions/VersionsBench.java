import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the packaged service against the version released before it: rate checks, cached reads
 * and writes. In each round both versions take their turns, in another order each time; the table
 * holds the median of the rounds' ratios, their spread, and the processor time of a request, which
 * a busy machine changes least.
 */
public final class VersionsBench {

  private static final Path HERE = Path.of("src/bench/versions").toAbsolutePath();
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final int SECONDS = Integer.getInteger("seconds", 5);
  private static final int WARM_SECONDS = Integer.getInteger("warm", 20);
  private static final String CONNECTIONS = "32";
  private static final int IDS = 1000;
  private static final String SESSION =
      "{\"userId\":\"u\",\"data\":{\"text\":\"" + "x".repeat(950) + "\"}}";

  /** A kind of request, as {@code load.lua} takes it. */
  private record Scenario(String name, String method, String path, String body) {}

  /** What a load came to: of all processors, with PostgreSQL and Redis, for each request. */
  private record Run(double perSecond, double cpuMicros) {}

  /** A version of the service, and what may call it. */
  private record Version(String url, String key) {}

  private static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario("rate check, admitted", "POST", "/v1/rate-checks", ""),
          new Scenario("cached GET, 1 KiB", "GET", "/v1/sessions/s", ""),
          new Scenario("PUT, 1 KiB", "PUT", "/v1/sessions/s", SESSION));

  public static void main(String[] arguments) throws Exception {
    try (PostgresServer postgresBefore = PostgresServer.launch();
        PostgresServer postgres = PostgresServer.launch();
        RedisServer redisBefore = RedisServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance before =
            ServiceInstance.launchJar(
                    "before",
                    ServiceInstance.released(),
                    ServiceInstance.environment(postgresBefore.jdbcUrl(), redisBefore.url()))
                .awaitReady();
        ServiceInstance now = ServiceInstance.launch("now", postgres, redis)) {
      measure(prepared(before), prepared(now));
    }
  }

  private static Version prepared(ServiceInstance instance) {
    Api admin = instance.api();
    String policy =
        "{\"tier\":\"*\",\"endpoint\":\"bench\",\"limit\":1000000000,\"windowMs\":60000}";
    admin.put("/v1/rate-policies/bench", policy).expect(201);
    for (int i = 1; i <= IDS; i++) {
      admin.put("/v1/sessions/s" + i, SESSION).expect(201);
    }
    return new Version(admin.uri("").toString(), Backends.ADMIN_KEY);
  }

  private static void measure(Version before, Version now)
      throws IOException, InterruptedException {
    System.out.printf(
        "%n%-24s %10s %10s %8s %8s %8s %12s %12s%n",
        "", "before/s", "now/s", "ratio", "least", "most", "CPU us before", "CPU us now");
    for (Scenario scenario : SCENARIOS) {
      load(before, scenario, WARM_SECONDS);
      load(now, scenario, WARM_SECONDS);
      List<Run> befores = new ArrayList<>();
      List<Run> nows = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        boolean first = round % 2 == 0;
        Run one = load(first ? before : now, scenario, SECONDS);
        Run other = load(first ? now : before, scenario, SECONDS);
        befores.add(first ? one : other);
        nows.add(first ? other : one);
        ratios.add(nows.getLast().perSecond() / befores.getLast().perSecond());
      }
      List<Double> sorted = ratios.stream().sorted().toList();
      System.out.printf(
          "%-24s %10.0f %10.0f %8.3f %8.3f %8.3f %12.0f %12.0f%n",
          scenario.name(),
          median(befores, Run::perSecond),
          median(nows, Run::perSecond),
          sorted.get(sorted.size() / 2),
          sorted.getFirst(),
          sorted.getLast(),
          median(befores, Run::cpuMicros),
          median(nows, Run::cpuMicros));
    }
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> of) {
    return runs.stream().mapToDouble(of).sorted().toArray()[runs.size() / 2];
  }

  private static Run load(Version version, Scenario scenario, int seconds)
      throws IOException, InterruptedException {
    Duration before = cpu();
    Process wrk =
        new ProcessBuilder(
                "wrk", "-t1", "-c" + CONNECTIONS, "-d" + seconds + "s",
                "-s", HERE.resolve("load.lua").toString(), version.url(),
                "--", version.key(), scenario.method(), scenario.path(), scenario.body())
            .redirectErrorStream(true)
            .start();
    String text = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher found = Pattern.compile("(\\d+) requests in .*Requests/sec:\\s+([\\d.]+)", Pattern.DOTALL).matcher(text);
    if (wrk.waitFor() != 0 || text.contains("Non-2xx") || !found.find()) {
      throw new IllegalStateException(text);
    }
    double micros = cpu().minus(before).toNanos() / 1_000.0;
    return new Run(Double.parseDouble(found.group(2)), micros / Double.parseDouble(found.group(1)));
  }

  /** What the services, PostgreSQL and Redis have used so far; the generator is gone by then. */
  private static Duration cpu() {
    return ProcessHandle.current()
        .descendants()
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
