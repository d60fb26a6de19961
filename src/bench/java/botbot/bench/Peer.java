package botbot.bench;

import botbot.testing.Api;
import botbot.testing.Ports;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** The peer as a process: {@code src/bench/peer}. */
record Peer(Process process, int port) implements AutoCloseable {
  static final Path HERE = Path.of("src/bench/peer");

  /** Fails where there is no Node. */
  static void need() {
    Tool.need("node", "https://nodejs.org, version 20 or later");
    Tool.need("npm", "https://nodejs.org, version 20 or later");
  }

  /** Installs what a directory's package needs. */
  static void install(Path directory) {
    need();
    Tool.output(directory, "npm", "ci", "--silent", "--no-audit", "--no-fund");
  }

  /** Starts it and waits until it answers. */
  static Peer start(PostgresServer postgres, RedisServer redis) {
    install(HERE);
    int port = Ports.free();
    ProcessBuilder node =
        new ProcessBuilder("node", "peer.mjs").directory(HERE.toFile()).inheritIO();
    node.environment()
        .putAll(
            Map.of(
                "NODE_ENV",
                "production",
                "PORT",
                "" + port,
                "REDIS_URL",
                redis.url(),
                "DATABASE_URL",
                "postgresql://postgres@127.0.0.1:" + postgres.port() + "/postgres"));
    try {
      Peer peer = new Peer(node.start(), port);
      // where the benchmark is broken off
      Runtime.getRuntime().addShutdownHook(new Thread(peer::close));
      Awaitility.await("the peer to answer")
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> peer.api().get("/v1/sessions/none").status() == 404);
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Target target() {
    return new Target("http://127.0.0.1:" + port, "none", process.toHandle());
  }

  Api api() {
    return Api.at(target().url(), "none").unchecked();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
