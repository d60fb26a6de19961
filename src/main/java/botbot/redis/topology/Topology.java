package botbot.redis.topology;

import botbot.redis.protocol.Host;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What nodes tell of each other. */
final class Topology {

  /** That no election is known of: before any that there may have been. */
  static final long UNTOLD = -1;

  private static final String UNKNOWN = "?";

  private static final Pattern EPOCH = Pattern.compile("cluster_current_epoch:(\\d{1,18})");

  private Topology() {}

  /** All nodes in an answer of {@code asked} to {@code CLUSTER SLOTS}; none if it has no slots. */
  static List<Host> ofCluster(Response slots, Host asked) {
    Set<Host> nodes = new LinkedHashSet<>();
    for (Response range : slots) {
      // the first two are where the range begins and ends
      for (int i = 2; i < range.size(); i++) {
        node(range.get(i), asked).ifPresent(nodes::add);
      }
    }
    return List.copyOf(nodes);
  }

  /** Which primary has which slots, by the same answer. */
  static SlotMap slots(Response slots, Host asked) {
    List<SlotMap.Range> ranges = new ArrayList<>();
    for (Response range : slots) {
      node(range.get(2), asked)
          .ifPresent(
              primary ->
                  ranges.add(
                      new SlotMap.Range(number(range.get(0)), number(range.get(1)), primary)));
    }
    return new SlotMap(ranges);
  }

  /**
   * The last election that {@code asked} knows of, by its answer to {@code CLUSTER INFO}; {@link
   * #UNTOLD} where it does not say.
   */
  static long lastElection(Response info) {
    Matcher epoch = EPOCH.matcher(info.toString());
    return epoch.find() ? Long.parseLong(epoch.group(1)) : UNTOLD;
  }

  private static Optional<Host> node(Response node, Host asked) {
    Response name = node.get(0);
    int port = number(node.get(1));
    if (name == null || name.toString().isEmpty()) {
      return Optional.of(new Host(asked.name(), port));
    }
    return name.toString().equals(UNKNOWN)
        ? Optional.empty()
        : Optional.of(new Host(name.toString(), port));
  }

  /** All sentinels in an answer of {@code asked} to {@code SENTINEL SENTINELS}, itself included. */
  static List<Host> ofSentinels(Response others, Host asked) {
    List<Host> sentinels = new ArrayList<>(List.of(asked));
    for (Response other : others) {
      sentinels.add(host(other.get("ip"), other.get("port")));
    }
    return sentinels;
  }

  /** The host that an answer names. */
  static Host host(Response name, Response port) {
    return new Host(name.toString(), number(port));
  }

  private static int number(Response reply) {
    return Integer.parseInt(reply.toString());
  }
}
