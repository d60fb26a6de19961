import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the packaged service's rate checks against the peer and against its own answer where no
 * policy applies, which costs the same request, authentication, parsing and JSON, and no Redis.
 * Rounds are interleaved; the table holds medians.
 */
public final class RateBench {
  private static final Path HERE = Path.of("src/bench/rate-checks").toAbsolutePath();
  private static final int ROUNDS = Integer.getInteger("rounds", 3);
  private static final int SECONDS = Integer.getInteger("seconds", 5);
  private static final int MANY = 10_000;
  private static final int[] CONNECTIONS = {32, 256};

  /** What is loaded. */
  private record Target(String name, String url, String key, String endpoint) {}

  /** One kind of load, and whom it is put on. */
  private record Scenario(String name, int subjects, Target service, Target peer) {}

  private record Run(double perSecond, double p99Ms) {}

  private final Map<String, List<Run>> runs = new LinkedHashMap<>();

  public static void main(String[] arguments) throws Exception {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("bench", postgres, redis);
        Peer admitting = Peer.start(redis, 1_000_000_000, 60);
        Peer denying = Peer.start(redis, 1, 3_600)) {
      Api admin = service.api();
      admin.put("/v1/rate-policies/admitted", policy("admitted", 1_000_000_000, 60_000)).expect(201);
      admin.put("/v1/rate-policies/denied", policy("denied", 1, 3_600_000)).expect(201);
      String client = "{\"name\":\"bench\",\"roles\":[\"frontend\"]}";
      String key = admin.post("/v1/clients", client).expect(201).json().get("key").asText();
      String url = service.api().uri("").toString();
      Target admits = new Target("service", url, key, "admitted");
      Target denies = new Target("service", url, key, "denied");
      Target constant = new Target("constant", url, key, "none");
      new RateBench()
          .measure(
              List.of(
                  new Scenario("admitted, many subjects", MANY, admits, admitting.target()),
                  new Scenario("admitted, one subject", 1, admits, admitting.target()),
                  new Scenario("denied, many subjects", MANY, denies, denying.target()),
                  new Scenario("denied, one subject", 1, denies, denying.target())),
              constant);
    }
  }

  private static String policy(String endpoint, long limit, long windowMs) {
    return "{\"tier\":\"*\",\"endpoint\":\"%s\",\"limit\":%d,\"windowMs\":%d}"
        .formatted(endpoint, limit, windowMs);
  }

  private void measure(List<Scenario> scenarios, Target constant) throws Exception {
    for (Scenario scenario : scenarios) {
      for (Target target : List.of(scenario.service(), scenario.peer(), constant)) {
        wrk(target, 64, 2 * SECONDS, scenario.subjects());
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int connections : CONNECTIONS) {
        for (Scenario scenario : scenarios) {
          for (Target target : List.of(scenario.service(), scenario.peer(), constant)) {
            Run run = wrk(target, connections, SECONDS, scenario.subjects());
            runs.computeIfAbsent(id(scenario, connections, target), any -> new ArrayList<>()).add(run);
          }
        }
      }
    }
    print(scenarios, constant);
  }

  private void print(List<Scenario> scenarios, Target constant) {
    System.out.printf(
        "%n%-24s %5s %10s %10s %10s %8s %8s %9s %9s%n",
        "", "conn", "service/s", "peer/s", "const/s", "x peer", "x const", "p99 ms", "peer p99");
    for (int connections : CONNECTIONS) {
      for (Scenario scenario : scenarios) {
        Run service = median(id(scenario, connections, scenario.service()));
        Run peer = median(id(scenario, connections, scenario.peer()));
        Run same = median(id(scenario, connections, constant));
        System.out.printf(
            "%-24s %5d %10.0f %10.0f %10.0f %8.2f %8.2f %9.2f %9.2f%n",
            scenario.name(),
            connections,
            service.perSecond(),
            peer.perSecond(),
            same.perSecond(),
            service.perSecond() / peer.perSecond(),
            service.perSecond() / same.perSecond(),
            service.p99Ms(),
            peer.p99Ms());
      }
    }
  }

  private static String id(Scenario scenario, int connections, Target target) {
    return scenario.name() + connections + target.name();
  }

  private Run median(String id) {
    List<Run> all = runs.get(id);
    return new Run(
        median(all.stream().mapToDouble(Run::perSecond).toArray()),
        median(all.stream().mapToDouble(Run::p99Ms).toArray()));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static Run wrk(Target target, int connections, int seconds, int subjects)
      throws IOException, InterruptedException {
    String out =
        output(
            "wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--latency",
            "-s", HERE.resolve("load.lua").toString(), target.url() + "/v1/rate-checks",
            "--", target.key(), target.endpoint(), "" + subjects);
    return new Run(number(out, "Requests/sec:\\s+([\\d.]+)()"), number(out, "99%\\s+([\\d.]+)(us|ms|s)"));
  }

  private static double number(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    if (!found.find()) {
      throw new IllegalStateException(text);
    }
    double value = Double.parseDouble(found.group(1));
    return switch (found.group(2)) {
      case "us" -> value / 1_000;
      case "s" -> value * 1_000;
      default -> value;
    };
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(text);
    }
    return text;
  }

  /** The peer as a process. */
  private record Peer(Process process, int port) implements AutoCloseable {
    static Peer start(RedisServer redis, long points, long seconds) throws Exception {
      int port;
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      ProcessBuilder node = new ProcessBuilder("node", "peer.mjs").directory(HERE.toFile()).inheritIO();
      node.environment()
          .putAll(
              Map.of(
                  "NODE_ENV", "production",
                  "PORT", "" + port,
                  "REDIS_URL", redis.url(),
                  "POINTS", "" + points,
                  "SECONDS", "" + seconds));
      return new Peer(node.start(), port);
    }

    Target target() {
      return new Target("peer", URI.create("http://127.0.0.1:" + port).toString(), "none", "any");
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
