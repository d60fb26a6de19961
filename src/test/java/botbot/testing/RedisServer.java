package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import redis.embedded.RedisExecProvider;

/**
 * A real Redis on the loopback interface which a test may stop, kill, freeze and start again on the
 * same port. It keeps nothing over a restart unless told to.
 */
public final class RedisServer extends TestServer {

  private RedisServer(Path home) {
    super(home, "redis-server", "TERM");
  }

  /** The server whose files are in {@code home}, running or not. */
  static RedisServer at(Path home) {
    return new RedisServer(home);
  }

  /** Starts a throw-away server with lines of {@code redis.conf}, say {@code "maxmemory 10mb"}. */
  public static RedisServer launch(String... settings) {
    return create(Homes.temporary("redis"), Ports.free(), settings).start();
  }

  static RedisServer create(Path home, int port, String... settings) {
    settle(home, port);
    return new RedisServer(home).configure(settings);
  }

  /** Replaces the settings given so far, from the next start on. */
  public RedisServer configure(String... settings) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        List.of("bind 127.0.0.1", "port " + port(), "dir \"" + home.toAbsolutePath() + "\""));
    lines.addAll(List.of("save \"\"", "appendonly no", "enable-debug-command local"));
    lines.addAll(List.of(settings));
    try {
      Files.write(home.resolve("redis.conf"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Starts it on its port and waits until it answers. */
  public RedisServer start() {
    process.start(
        List.of(executable().toString(), home.resolve("redis.conf").toString()), Map.of());
    Awaitility.await("Redis to answer")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(() -> command("PING").equals("PONG"));
    return this;
  }

  /** Starts it from a snapshot that {@link #snapshot} took. */
  public RedisServer startFrom(Path snapshot) {
    try {
      Files.copy(snapshot, home.resolve("dump.rdb"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return start();
  }

  /** Saves what Redis holds now, and gives a copy of it. */
  public Path snapshot() {
    command("SAVE");
    try {
      Path copy = Files.createTempFile(home, "snapshot", ".rdb");
      return Files.move(home.resolve("dump.rdb"), copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends one command on a connection of its own: a text, a number, a list or {@code null}. */
  public Object command(String... command) {
    return RespClient.call(port(), command);
  }

  /** The address as {@code quarkus.redis.hosts} takes it. */
  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  static Path executable() {
    Path shared = Homes.binaries().resolve("redis-server-" + RedisExecProvider.redisVersion);
    if (!Files.exists(shared)) {
      try {
        Path unpacked = RedisExecProvider.defaultProvider().get().toPath();
        Homes.publish(unpacked, shared);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }
}
