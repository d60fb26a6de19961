package botbot.redis;

import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What nodes tell of each other. */
final class Topology {

  private static final String UNKNOWN = "?";

  private Topology() {}

  /** All nodes in an answer of {@code asked} to {@code CLUSTER SLOTS}; none if it has no slots. */
  static List<Host> ofCluster(Response slots, Host asked) {
    Set<Host> nodes = new LinkedHashSet<>();
    for (Response range : slots) {
      // the first two are where the range begins and ends
      for (int i = 2; i < range.size(); i++) {
        Response name = range.get(i).get(0);
        int port = range.get(i).get(1).toInteger();
        if (name == null || name.toString().isEmpty()) {
          nodes.add(new Host(asked.name(), port));
        } else if (!name.toString().equals(UNKNOWN)) {
          nodes.add(new Host(name.toString(), port));
        }
      }
    }
    return List.copyOf(nodes);
  }

  /** All sentinels in an answer of {@code asked} to {@code SENTINEL SENTINELS}, itself included. */
  static List<Host> ofSentinels(Response others, Host asked) {
    List<Host> sentinels = new ArrayList<>(List.of(asked));
    for (Response other : others) {
      sentinels.add(new Host(other.get("ip").toString(), other.get("port").toInteger()));
    }
    return sentinels;
  }
}
