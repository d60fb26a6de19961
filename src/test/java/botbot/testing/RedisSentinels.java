package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A real primary with two replicas, and three sentinels that watch over them. */
public final class RedisSentinels implements AutoCloseable {

  /** By which name the sentinels know the primary. */
  public static final String NAME = "chat";

  private static final int REPLICAS = 2;
  private static final int SENTINELS = 3;

  /** By the port that the sentinels know them by. */
  private final Map<Integer, RedisServer> servers = new LinkedHashMap<>();

  private final List<Sentinel> sentinels = new ArrayList<>();
  private final Optional<IntFunction<String[]>> tls;

  /** One of the sentinels, which a test may kill or freeze. */
  public static final class Sentinel extends TestServer {

    private final String url;

    private Sentinel(Path home, String url) {
      super(home, "redis-server", "TERM");
      this.url = url;
    }

    private static Sentinel launch(int primary, Optional<IntFunction<String[]>> tls) {
      Path home = Homes.temporary("sentinel");
      int port = Ports.free();
      int tlsPort = Ports.free();
      settle(home, port);
      String url = tls.isPresent() ? "rediss://127.0.0.1:" + tlsPort : "redis://127.0.0.1:" + port;
      Sentinel sentinel = new Sentinel(home, url);
      Path settings = home.resolve("sentinel.conf");
      String monitor = "sentinel monitor %s 127.0.0.1 %d 2".formatted(NAME, primary);
      List<String> lines = new ArrayList<>(tlsLines(tls, tlsPort));
      lines.addAll(
          List.of(
              "bind 127.0.0.1",
              "port " + port,
              "dir \"" + home.toAbsolutePath() + "\"",
              monitor,
              "sentinel down-after-milliseconds " + NAME + " 500",
              "sentinel failover-timeout " + NAME + " 5000",
              "sentinel parallel-syncs " + NAME + " " + REPLICAS));
      try {
        Files.write(settings, lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      sentinel.process.start(
          List.of(RedisServer.executable().toString(), settings.toString(), "--sentinel"),
          Map.of());
      return sentinel;
    }

    /** Sends one command on a connection of its own. */
    public Object command(String... command) {
      return RespClient.call(port(), command);
    }

    private int primary() {
      List<?> address = (List<?>) command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
      return Integer.parseInt((String) address.get(1));
    }

    private boolean knowsAll() {
      List<?> replicas = (List<?>) command("SENTINEL", "REPLICAS", NAME);
      List<?> others = (List<?>) command("SENTINEL", "SENTINELS", NAME);
      return replicas.size() == REPLICAS && others.size() == SENTINELS - 1;
    }
  }

  private RedisSentinels(Optional<IntFunction<String[]>> tls) {
    this.tls = tls;
  }

  /** Starts all of it and waits until each knows the others. */
  public static RedisSentinels launch() {
    return new RedisSentinels(Optional.empty()).start();
  }

  /**
   * The same, and all of them speak TLS to each other and to clients.
   *
   * @param tls the lines of {@code redis.conf} that have a server speak TLS on a port
   */
  public static RedisSentinels launch(IntFunction<String[]> tls) {
    return new RedisSentinels(Optional.of(tls)).start();
  }

  private RedisSentinels start() {
    int primary = server();
    for (int i = 0; i < REPLICAS; i++) {
      server("replicaof 127.0.0.1 " + primary);
    }
    await(
        "the replicas", () -> info(servers.get(primary)).contains("connected_slaves:" + REPLICAS));
    for (int i = 0; i < SENTINELS; i++) {
      sentinels.add(Sentinel.launch(primary, tls));
    }
    await("the sentinels", () -> sentinels.stream().allMatch(Sentinel::knowsAll));
    return this;
  }

  /** Starts a server, and gives the port that others know it by. */
  private int server(String... further) {
    int tlsPort = Ports.free();
    List<String> lines = new ArrayList<>(tlsLines(tls, tlsPort));
    lines.add("repl-diskless-sync-delay 0");
    lines.addAll(List.of(further));
    RedisServer server = RedisServer.launch(lines.toArray(String[]::new));
    int port = tls.isPresent() ? tlsPort : server.port();
    servers.put(port, server);
    return port;
  }

  private static List<String> tlsLines(Optional<IntFunction<String[]>> tls, int port) {
    List<String> lines = new ArrayList<>();
    tls.ifPresent(
        given -> {
          lines.addAll(List.of(given.apply(port)));
          lines.add("tls-replication yes");
        });
    return lines;
  }

  private static String info(RedisServer server) {
    return (String) server.command("INFO", "replication");
  }

  private void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(condition);
  }

  /** The server that the first of the sentinels names. */
  public RedisServer primary() {
    return servers.get(sentinels.getFirst().primary());
  }

  /** Has one sentinel replace the primary by a replica, unless one does so already. */
  public void failOver() {
    try {
      sentinels.getFirst().command("SENTINEL", "FAILOVER", NAME);
    } catch (IllegalStateException refused) {
      if (!refused.getMessage().startsWith("INPROG")) {
        throw refused;
      }
    }
  }

  /** Waits until one of the sentinels names another primary than this, and gives that one. */
  public RedisServer awaitPromotion(RedisServer before) {
    AtomicReference<RedisServer> promoted = new AtomicReference<>(before);
    Awaitility.await("a promotion")
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              for (Sentinel sentinel : sentinels) {
                RedisServer named = sentinel.isRunning() ? servers.get(sentinel.primary()) : before;
                if (named != before) {
                  promoted.set(named);
                }
              }
              return promoted.get() != before;
            });
    return promoted.get();
  }

  /** Waits until all sentinels name the same primary, and it has its replicas. */
  public void awaitCalm() {
    await(
        "calm",
        () -> {
          RedisServer primary = primary();
          return info(primary).contains("connected_slaves:" + REPLICAS)
              && sentinels.stream().allMatch(one -> servers.get(one.primary()) == primary);
        });
  }

  /** The sentinels. */
  public List<Sentinel> sentinels() {
    return sentinels;
  }

  /** The addresses of the sentinels as {@code quarkus.redis.hosts} takes them. */
  public String urls() {
    return sentinels.stream().map(sentinel -> sentinel.url).collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    sentinels.forEach(Sentinel::close);
    servers.values().forEach(RedisServer::close);
  }
}
