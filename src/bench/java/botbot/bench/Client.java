package botbot.bench;

import botbot.testing.Backends;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Rate checks of one Node process: through the client of {@code src/client}, and through
 * rate-limiter-flexible on ioredis, beside the same Redis. The jar runs as in its image.
 */
final class Client {
  private static final Path HERE = Path.of("src/client");

  private Client() {}

  static void run(Report report) throws IOException {
    Peer.install(Peer.HERE);
    Peer.install(HERE);
    Tool.output(HERE, "npm", "run", "build");
    Map<String, String> cache = AotCache.environment();
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      Map<String, String> environment =
          ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
      environment.putAll(cache);
      try (ServiceInstance service =
              ServiceInstance.launchJar("bench", Stage.JAR, environment).awaitReady();
          Script script = Script.start(service, redis)) {
        Rounds.measure(report, List.of(callers(script, 256), callers(script, 1_000)));
      }
    }
  }

  private static Comparison callers(Script script, int callers) {
    return new Comparison(
        "checks of one Node process, %,d callers".formatted(callers),
        new Checks(script, "ours", callers),
        new Checks(script, "theirs", callers),
        "≥ 1");
  }

  /** {@code src/bench/peer/client.mjs} as a process. */
  private record Script(Process process, BufferedReader said, PrintWriter orders)
      implements AutoCloseable {

    static Script start(ServiceInstance service, RedisServer redis) throws IOException {
      Process process =
          new ProcessBuilder(
                  "node",
                  "client.mjs",
                  service.api().uri("").toString(),
                  Backends.ADMIN_KEY,
                  redis.url())
              .directory(Peer.HERE.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      // where the benchmark is broken off
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      Script script =
          new Script(
              process,
              process.inputReader(StandardCharsets.UTF_8),
              new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true));
      script.answer();
      return script;
    }

    String order(String line) {
      orders.println(line);
      return answer();
    }

    private String answer() {
      try {
        String line = said.readLine();
        if (line == null) {
          throw new IllegalStateException("client.mjs has ended");
        }
        return line;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }

  private record Checks(Script script, String side, int count) implements Side {

    @Override
    public Run run(int seconds) {
      ProcessHandle node = script.process().toHandle();
      Cpu before = Cpu.of(node);
      String[] answer = script.order("%s %d %d".formatted(side, count, seconds)).split(" ");
      Cpu after = Cpu.of(node);
      double checks = Double.parseDouble(answer[0]);
      return new Run(
          checks / seconds,
          Double.parseDouble(answer[1]),
          after.microsSince(before) / checks,
          after.microsOfAllSince(before) / checks);
    }
  }
}
