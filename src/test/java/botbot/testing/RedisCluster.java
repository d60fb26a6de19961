package botbot.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A real Redis Cluster of throw-away primaries without replicas. */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisServer> primaries;

  private RedisCluster(List<RedisServer> primaries) {
    this.primaries = primaries;
  }

  /** Starts it and waits until every primary serves its part of the hash slots. */
  public static RedisCluster launch(int size) {
    List<RedisServer> primaries = new ArrayList<>();
    RedisCluster cluster = new RedisCluster(primaries);
    for (int i = 0; i < size; i++) {
      int bus = Ports.free();
      RedisServer primary =
          RedisServer.launch(
              "cluster-enabled yes", "cluster-port " + bus, "cluster-node-timeout 2000");
      primaries.add(primary);
      primary.command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
      int from = SLOTS * i / size;
      int to = SLOTS * (i + 1) / size - 1;
      primary.command("CLUSTER", "ADDSLOTSRANGE", "" + from, "" + to);
      primaries.getFirst().command("CLUSTER", "MEET", "127.0.0.1", "" + primary.port(), "" + bus);
    }
    Awaitility.await("the cluster to be whole")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> primaries.stream().allMatch(cluster::knowsAll));
    return cluster;
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

  @Override
  public void close() {
    primaries.forEach(RedisServer::close);
  }
}
