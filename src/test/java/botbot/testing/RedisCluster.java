package botbot.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A real Redis Cluster of throw-away primaries without replicas. */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisServer> primaries;
  private final List<RedisServer> others = new ArrayList<>();
  private final List<Integer> tlsPorts;

  private RedisCluster(List<RedisServer> primaries, List<Integer> tlsPorts) {
    this.primaries = primaries;
    this.tlsPorts = tlsPorts;
  }

  /** Starts it and waits until every primary serves its part of the hash slots. */
  public static RedisCluster launch(int size) {
    return launch(size, port -> new String[0]);
  }

  /**
   * The same with further lines of {@code redis.conf}, that may have it speak TLS on a port.
   *
   * @param tls gives them for a port
   */
  public static RedisCluster launch(int size, IntFunction<String[]> tls) {
    List<RedisServer> primaries = new ArrayList<>();
    List<Integer> tlsPorts = new ArrayList<>();
    RedisCluster cluster = new RedisCluster(primaries, tlsPorts);
    for (int i = 0; i < size; i++) {
      int bus = Ports.free();
      tlsPorts.add(Ports.free());
      RedisServer primary = node(bus, tls.apply(tlsPorts.getLast()));
      primaries.add(primary);
      primary.command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
      int from = SLOTS * i / size;
      int to = SLOTS * (i + 1) / size - 1;
      primary.command("CLUSTER", "ADDSLOTSRANGE", "" + from, "" + to);
      primaries.getFirst().command("CLUSTER", "MEET", "127.0.0.1", "" + primary.port(), "" + bus);
    }
    await("the cluster to be whole", () -> primaries.stream().allMatch(cluster::knowsAll));
    return cluster;
  }

  /** Has new servers take over from all primaries, and gives those, which are replicas then. */
  public List<RedisServer> replaceAll() {
    List<RedisServer> old = List.copyOf(primaries);
    List<RedisServer> fresh = old.stream().map(RedisCluster::replicaOf).toList();
    fresh.forEach(replica -> await("the replica to take over", () -> takesOver(replica)));
    primaries.clear();
    primaries.addAll(fresh);
    others.addAll(old);
    await("the cluster to be whole", () -> primaries.stream().allMatch(this::knowsAll));
    return old;
  }

  private static RedisServer replicaOf(RedisServer primary) {
    int bus = Ports.free();
    RedisServer replica = node(bus);
    primary.command("CLUSTER", "MEET", "127.0.0.1", "" + replica.port(), "" + bus);
    String id = (String) primary.command("CLUSTER", "MYID");
    await("a replica", () -> replica.command("CLUSTER", "REPLICATE", id).equals("OK"));
    await("its copy", () -> replication(replica).contains("master_link_status:up"));
    return replica;
  }

  private static boolean takesOver(RedisServer replica) {
    if (replication(replica).contains("role:master")) {
      return true;
    }
    replica.command("CLUSTER", "FAILOVER");
    return false;
  }

  private static String replication(RedisServer server) {
    return (String) server.command("INFO", "replication");
  }

  private static RedisServer node(int bus, String... further) {
    List<String> lines = new ArrayList<>(List.of(further));
    lines.add("cluster-enabled yes");
    lines.add("cluster-port " + bus);
    lines.add("cluster-node-timeout 2000");
    lines.add("repl-diskless-sync-delay 0");
    return RedisServer.launch(lines.toArray(String[]::new));
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(condition);
  }

  private boolean knowsAll(RedisServer primary) {
    String info = (String) primary.command("CLUSTER", "INFO");
    return info.contains("cluster_state:ok") && info.contains("cluster_size:" + primaries.size());
  }

  /** Its servers, by the hash slots they have. */
  public List<RedisServer> primaries() {
    return primaries;
  }

  /** The addresses as {@code quarkus.redis.hosts} takes them. */
  public String urls() {
    return primaries.stream().map(RedisServer::url).collect(Collectors.joining(","));
  }

  /** The same for those who speak TLS. */
  public String tlsUrls() {
    return tlsPorts.stream()
        .map(port -> "rediss://127.0.0.1:" + port)
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    primaries.forEach(RedisServer::close);
    others.forEach(RedisServer::close);
  }
}
