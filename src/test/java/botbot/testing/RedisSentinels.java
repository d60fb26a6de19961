package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A real primary with two replicas, and three sentinels that watch over them. */
public final class RedisSentinels implements AutoCloseable {

  /** By which name the sentinels know the primary. */
  public static final String NAME = "chat";

  private static final int REPLICAS = 2;
  private static final int SENTINELS = 3;

  private final List<RedisServer> servers = new ArrayList<>();
  private final List<Sentinel> sentinels = new ArrayList<>();

  /** One of the sentinels, which a test may kill or freeze. */
  public static final class Sentinel extends TestServer {

    private Sentinel(Path home) {
      super(home, "redis-server", "TERM");
    }

    private static Sentinel launch(int primary) {
      Path home = Homes.temporary("sentinel");
      settle(home, Ports.free());
      Sentinel sentinel = new Sentinel(home);
      Path settings = home.resolve("sentinel.conf");
      String monitor = "sentinel monitor %s 127.0.0.1 %d 2".formatted(NAME, primary);
      try {
        Files.write(
            settings,
            List.of(
                "bind 127.0.0.1",
                "port " + sentinel.port(),
                "dir \"" + home.toAbsolutePath() + "\"",
                monitor,
                "sentinel down-after-milliseconds " + NAME + " 500",
                "sentinel failover-timeout " + NAME + " 5000",
                "sentinel parallel-syncs " + NAME + " " + REPLICAS));
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

    private String url() {
      return "redis://127.0.0.1:" + port();
    }
  }

  private RedisSentinels() {}

  /** Starts all of it and waits until each knows the others. */
  public static RedisSentinels launch() {
    RedisSentinels all = new RedisSentinels();
    RedisServer primary = RedisServer.launch("repl-diskless-sync-delay 0");
    all.servers.add(primary);
    for (int i = 0; i < REPLICAS; i++) {
      all.servers.add(
          RedisServer.launch(
              "repl-diskless-sync-delay 0", "replicaof 127.0.0.1 " + primary.port()));
    }
    all.await("the replicas", () -> info(primary).contains("connected_slaves:" + REPLICAS));
    for (int i = 0; i < SENTINELS; i++) {
      all.sentinels.add(Sentinel.launch(primary.port()));
    }
    all.await("the sentinels", () -> all.sentinels.stream().allMatch(Sentinel::knowsAll));
    return all;
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
    return server(sentinels.getFirst().primary());
  }

  private RedisServer server(int port) {
    return servers.stream().filter(server -> server.port() == port).findFirst().orElseThrow();
  }

  /** Has one sentinel replace the primary by a replica, while all of them live. */
  public void failOver() {
    sentinels.getFirst().command("SENTINEL", "FAILOVER", NAME);
  }

  /** Waits until one of the sentinels names another primary than this, and gives that one. */
  public RedisServer awaitPromotion(RedisServer before) {
    AtomicInteger promoted = new AtomicInteger();
    Awaitility.await("a promotion")
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              for (Sentinel sentinel : sentinels) {
                int named = sentinel.isRunning() ? sentinel.primary() : before.port();
                if (named != before.port()) {
                  promoted.set(named);
                }
              }
              return promoted.get() != 0;
            });
    return server(promoted.get());
  }

  /** Waits until all sentinels name the same primary, and it has its replicas. */
  public void awaitCalm() {
    await(
        "calm",
        () -> {
          RedisServer primary = primary();
          return info(primary).contains("connected_slaves:" + REPLICAS)
              && sentinels.stream().allMatch(one -> one.primary() == primary.port());
        });
  }

  /** The sentinels. */
  public List<Sentinel> sentinels() {
    return sentinels;
  }

  /** The addresses of the sentinels as {@code quarkus.redis.hosts} takes them. */
  public String urls() {
    return sentinels.stream().map(Sentinel::url).collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    sentinels.forEach(Sentinel::close);
    servers.forEach(RedisServer::close);
  }
}
