package botbot.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real Redis Cluster of throw-away primaries, at first without replicas. */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  /** The number of what a node says on the bus when it is asked, or has taken over. */
  private static final String PONG = "1";

  private final List<RedisServer> primaries;
  private final List<RedisServer> others = new ArrayList<>();
  private final List<Integer> tlsPorts;
  private final IntFunction<String[]> lines;

  private RedisCluster(
      List<RedisServer> primaries, List<Integer> tlsPorts, IntFunction<String[]> lines) {
    this.primaries = primaries;
    this.tlsPorts = tlsPorts;
    this.lines = lines;
  }

  /** Starts it and waits until every primary serves its part of the hash slots. */
  public static RedisCluster launch(int size) {
    return launch(size, port -> new String[0]);
  }

  /**
   * The same with further lines of {@code redis.conf} for each node, that may have it speak TLS on
   * a port.
   *
   * @param lines gives them for a port
   */
  public static RedisCluster launch(int size, IntFunction<String[]> lines) {
    List<RedisServer> primaries = new ArrayList<>();
    List<Integer> tlsPorts = new ArrayList<>();
    RedisCluster cluster = new RedisCluster(primaries, tlsPorts, lines);
    for (int i = 0; i < size; i++) {
      int bus = Ports.free();
      tlsPorts.add(Ports.free());
      RedisServer primary = node(bus, lines.apply(tlsPorts.getLast()));
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
    List<RedisServer> fresh = old.stream().map(this::addReplica).toList();
    // one that has just joined would first be down for the cluster's time-out
    fresh.forEach(replica -> await("the replica to be a part of it", () -> knowsAll(replica)));
    fresh.forEach(this::takeOver);
    primaries.clear();
    primaries.addAll(fresh);
    others.removeAll(fresh);
    others.addAll(old);
    await("the cluster to be whole", () -> primaries.stream().allMatch(this::knowsAll));
    return old;
  }

  /**
   * Has a replica take over from a primary. The other primaries hear of it late: what is said on
   * the bus to answer, or by who has taken over, does not reach them while {@code meanwhile} runs.
   */
  public void failOverUnheard(RedisServer old, RedisServer replica, Runnable meanwhile) {
    List<RedisServer> deaf = primaries.stream().filter(one -> one != old).toList();
    deaf.forEach(one -> one.command("DEBUG", "DROP-CLUSTER-PACKET-FILTER", PONG));
    try {
      takeOver(replica);
      meanwhile.run();
    } finally {
      deaf.forEach(one -> one.command("DEBUG", "DROP-CLUSTER-PACKET-FILTER", "-1"));
    }
    primaries.set(primaries.indexOf(old), replica);
    others.remove(replica);
    others.add(old);
    await("the cluster to be whole", () -> primaries.stream().allMatch(this::knowsAll));
  }

  /** Gives a primary a replica, which has a copy of it and which all know. */
  public RedisServer addReplica(RedisServer primary) {
    RedisServer replica = replicaOf(primary);
    others.add(replica);
    await(
        "all to know the replica",
        () -> primaries.stream().allMatch(one -> slots(one).contains("" + replica.port())));
    return replica;
  }

  private static String slots(RedisServer node) {
    return String.valueOf(node.command("CLUSTER", "SLOTS"));
  }

  /** Adds a primary that has no hash slots yet, and that all know. */
  public RedisServer addPrimary() {
    int bus = Ports.free();
    // else it becomes a replica when it has lost its last slot
    RedisServer fresh =
        node(bus, "cluster-require-full-coverage no", "cluster-allow-replica-migration no");
    others.add(fresh);
    primaries.getFirst().command("CLUSTER", "MEET", "127.0.0.1", "" + fresh.port(), "" + bus);
    await(
        "all to know the primary",
        () ->
            knowsAll(fresh) && primaries.stream().allMatch(one -> nodes(one).contains(id(fresh))));
    return fresh;
  }

  private static String nodes(RedisServer node) {
    return (String) node.command("CLUSTER", "NODES");
  }

  private static String id(RedisServer node) {
    return (String) node.command("CLUSTER", "MYID");
  }

  /** The primary that has a hash slot. */
  public RedisServer primaryOf(int slot) {
    return primaries.get(slot * primaries.size() / SLOTS);
  }

  /** Has nobody serve a hash slot. */
  public void unassign(int slot) {
    nodes().forEach(node -> node.command("CLUSTER", "DELSLOTS", "" + slot));
  }

  /** Has its primary serve it again. */
  public void assign(int slot) {
    primaryOf(slot).command("CLUSTER", "ADDSLOTS", "" + slot);
  }

  /** Begins to move a hash slot: from now on it is in two places. */
  public static void beginMove(int slot, RedisServer from, RedisServer to) {
    to.command("CLUSTER", "SETSLOT", "" + slot, "IMPORTING", id(from));
    from.command("CLUSTER", "SETSLOT", "" + slot, "MIGRATING", id(to));
  }

  /** Moves at most so many keys of a slot that is moving; how many it has moved. */
  public static int moveKeys(int slot, int most, RedisServer from, RedisServer to) {
    List<?> keys = (List<?>) from.command("CLUSTER", "GETKEYSINSLOT", "" + slot, "" + most);
    if (!keys.isEmpty()) {
      List<String> migrate =
          new ArrayList<>(List.of("MIGRATE", "127.0.0.1", "" + to.port(), "", "0", "5000", "KEYS"));
      keys.forEach(key -> migrate.add((String) key));
      from.command(migrate.toArray(String[]::new));
    }
    return keys.size();
  }

  /** Moves the keys that are left, and has the other serve the slot. */
  public static void endMove(int slot, RedisServer from, RedisServer to) {
    while (moveKeys(slot, 100, from, to) > 0) {
      // more may have been written meanwhile
    }
    to.command("CLUSTER", "SETSLOT", "" + slot, "NODE", id(to));
    from.command("CLUSTER", "SETSLOT", "" + slot, "NODE", id(to));
  }

  private RedisServer replicaOf(RedisServer primary) {
    int bus = Ports.free();
    RedisServer replica = node(bus, lines.apply(Ports.free()));
    primary.command("CLUSTER", "MEET", "127.0.0.1", "" + replica.port(), "" + bus);
    String id = (String) primary.command("CLUSTER", "MYID");
    await("a replica", () -> replica.command("CLUSTER", "REPLICATE", id).equals("OK"));
    await("its copy", () -> replication(replica).contains("master_link_status:up"));
    return replica;
  }

  /**
   * Asked again it would begin again, and its primary serve nobody all the while. Whoever has not
   * heard of the last election stands for one that is over, with the same end.
   */
  private void takeOver(RedisServer replica) {
    await(
        "all to know of the last election",
        () -> nodes().map(RedisCluster::epoch).distinct().count() == 1);
    await("the failover to begin", () -> replica.command("CLUSTER", "FAILOVER").equals("OK"));
    await("the replica to take over", () -> replication(replica).contains("role:master"));
  }

  private Stream<RedisServer> nodes() {
    return Stream.concat(primaries.stream(), others.stream());
  }

  private static String epoch(RedisServer node) {
    String info = (String) node.command("CLUSTER", "INFO");
    return info.lines()
        .filter(line -> line.startsWith("cluster_current_epoch"))
        .findAny()
        .orElseThrow();
  }

  private static String replication(RedisServer server) {
    return (String) server.command("INFO", "replication");
  }

  private static RedisServer node(int bus, String... further) {
    List<String> lines = new ArrayList<>();
    lines.add("cluster-enabled yes");
    lines.add("cluster-port " + bus);
    lines.add("cluster-node-timeout 2000");
    lines.add("repl-diskless-sync-delay 0");
    lines.addAll(List.of(further));
    return RedisServer.launch(lines.toArray(String[]::new));
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(condition);
  }

  private boolean knowsAll(RedisServer node) {
    String info = (String) node.command("CLUSTER", "INFO");
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
    nodes().forEach(RedisServer::close);
  }
}
