package botbot.redis.connection;

import botbot.redis.mode.ModeTracker;
import botbot.redis.protocol.ConnectFaults;
import botbot.redis.protocol.HashSlot;
import botbot.redis.protocol.Host;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisPart;
import botbot.redis.protocol.Refusal;
import botbot.redis.protocol.Refusals;
import botbot.redis.topology.ClusterSlots;
import botbot.redis.topology.SlotMap;
import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one Redis there is, or the primaries of a cluster: keeps up with which those are, and tells
 * the mode which of them is away. Replicas are not connected to, since nobody reads from them.
 */
public final class Servers implements Server.Listener {

  private static final String CONNECT = "connect";

  /** What was told so long ago is asked again before an epoch begins by it; what lasts is told. */
  private static final Duration RECENT = Duration.ofSeconds(1);

  /**
   * What is known of a cluster at one time.
   *
   * @param byHost those that have slots, and those that slots are moving to
   */
  private record Known(SlotMap slots, Map<Host, Server> byHost) {

    @Nullable Server of(int slot) {
      Host primary = slots.primary(slot);
      return primary == null ? null : byHost.get(primary);
    }
  }

  /** Makes the connection of an event loop to a host, or without one to whatever is found. */
  public interface Connector {
    LoopConnection connect(
        ContextInternal loop, @Nullable Host host, LoopConnection.ConnectionListener listener);
  }

  private final @Nullable ClusterSlots slots;
  private final ContextInternal[] loops;
  private final Connector connector;
  private final ConnectionGate gate;
  private final ModeTracker mode;
  private final Refusals refusals;
  private final @Nullable Server only;

  private volatile Known known = new Known(SlotMap.UNKNOWN, Map.of());

  /** Those that serve now: the only one, or the primaries that have slots. */
  private volatile List<Server> all;

  private volatile boolean stopped;

  /** Of a cluster where there are {@code slots}. */
  public Servers(
      @Nullable ClusterSlots slots,
      ContextInternal[] loops,
      Connector connector,
      ConnectionGate gate,
      ModeTracker mode,
      Refusals refusals) {
    this.slots = slots;
    this.loops = loops;
    this.connector = connector;
    this.gate = gate;
    this.mode = mode;
    this.refusals = refusals;
    this.only = slots == null ? server(null) : null;
    this.all = only == null ? List.of() : List.of(only);
  }

  private Server server(@Nullable Host host) {
    return new Server(
        host, loops, (loop, listener) -> connector.connect(loop, host, listener), this);
  }

  public void start() {
    if (only != null) {
      only.start();
    } else {
      Objects.requireNonNull(slots).listen(this::changed, this::unknown);
    }
  }

  public Future<Void> stop() {
    stopped = true;
    List<Server> open = only == null ? List.copyOf(known.byHost().values()) : List.of(only);
    return Future.join(open.stream().map(Server::stop).toList()).mapEmpty();
  }

  /** A failover began or has ended. */
  public void moved() {
    all.forEach(Server::moved);
  }

  /** All that serve: none while nobody has told who has which slots. */
  public List<Server> all() {
    return all;
  }

  public @Nullable Server anyUp() {
    return all.stream().filter(Server::isUp).findAny().orElse(null);
  }

  /** Who serves a key; null where that is not known. */
  public @Nullable Server of(String key) {
    if (only != null) {
      return only;
    }
    Known now = known;
    Server server = now.of(HashSlot.of(key));
    if (server == null && now.slots() != SlotMap.UNKNOWN) {
      outdated();
    }
    return server;
  }

  /** Who has which slots is to be learned anew, soon. */
  public void outdated() {
    Objects.requireNonNull(slots).outdated();
  }

  /** Who is to be asked instead, as {@code asked} said. */
  public Server redirected(Server asked, RedisErrorReply.Redirection to) {
    if (!to.isMoving()) {
      outdated();
    }
    Host host = to.host(Objects.requireNonNull(asked.host()));
    Server server = known.byHost().get(host);
    return server == null ? added(host) : server;
  }

  private synchronized Server added(Host host) {
    Server there = known.byHost().get(host);
    if (there != null) {
      return there;
    }
    Server fresh = server(host);
    Map<Host, Server> more = new HashMap<>(known.byHost());
    more.put(host, fresh);
    known = new Known(known.slots(), Map.copyOf(more));
    if (!stopped) {
      fresh.start();
    }
    return fresh;
  }

  /** A node of the cluster has told who has which slots. */
  private void changed(SlotMap map) {
    Set<Host> primaries = map.primaries();
    if (stopped) {
      return;
    }
    synchronized (this) {
      primaries.forEach(this::added);
      Map<Host, Server> before = known.byHost();
      Map<Host, Server> left = new HashMap<>(before);
      // of one that is coming another node has just told, which knew better
      left.entrySet()
          .removeIf(one -> !primaries.contains(one.getKey()) && !one.getValue().isComing());
      known = new Known(map, Map.copyOf(left));
      all = primaries.stream().map(left::get).toList();
      before.forEach(
          (host, server) -> {
            if (!left.containsKey(host)) {
              server.retire();
            }
          });
    }
    tellMode("");
  }

  /** No node of the cluster tells who has which slots. */
  private void unknown(String cause) {
    if (all.isEmpty()) {
      mode.lost(cause);
    }
  }

  @Override
  public void up(Server server) {
    refusals.done(CONNECT);
    tellMode("");
  }

  @Override
  public void down(Server server, boolean wasUp, String cause) {
    RedisIdentity who = server.identity();
    if (wasUp && who != null && all.contains(server)) {
      gate.lost(who);
    }
    if (slots != null) {
      // the cluster may know of another primary, now or when it has elected one
      slots.outdated();
    }
    tellMode(cause);
  }

  /** One after the other, so that the last word is about how things are. */
  private synchronized void tellMode(String lost) {
    List<Server> serving = all;
    List<Server> away = serving.stream().filter(server -> !server.isUp()).toList();
    List<Server> failed = away.stream().filter(server -> !server.cause().isEmpty()).toList();
    Optional<String> unserved = known.slots().unserved(RECENT);
    if (away.isEmpty() && unserved.isEmpty()) {
      if (!lost.isEmpty()) {
        mode.lostOne(lost);
      }
      mode.answering();
    } else if (!failed.isEmpty() && failed.size() == serving.size()) {
      mode.lost(failed.getFirst().cause());
    } else if (!failed.isEmpty() || unserved.isPresent()) {
      Stream<String> nobodys =
          unserved.stream().map("the hash slots %s have no primary"::formatted);
      mode.lostPart(
          Stream.concat(failed.stream().map(this::part), nobodys).collect(Collectors.joining("; ")),
          failed.stream().map(Server::cause).anyMatch(ConnectFaults::isLasting));
    }
  }

  private String part(Server server) {
    return "the hash slots %s are away: %s"
        .formatted(known.slots().slots(Objects.requireNonNull(server.host())), server.cause());
  }

  @Override
  public void unable(Server server, String cause) {
    refusals.refused(new Refusal(CONNECT, "unable", cause));
  }

  /** Looks whether what is reached was confirmed, and has that done; sends nothing. */
  public void check() {
    all.forEach(Server::check);
    if (slots != null) {
      confirm();
    }
  }

  public boolean areConfirmed() {
    return all.stream().anyMatch(Server::isUp)
        && all.stream().allMatch(one -> !one.isUp() || one.reaches(gate::admits))
        && (only != null || gate.knows(reached()));
  }

  @Override
  public void demoted() {
    outdated();
  }

  @Override
  public void unconfirmed(Server server) {
    if (only == null) {
      confirm();
    } else if (server.identity() instanceof RedisIdentity who) {
      gate.present(List.of(RedisPart.all(who)));
    }
  }

  /** Of a cluster all are told of at once, when of each it is known whether it is there. */
  private void confirm() {
    List<RedisPart> parts = reached();
    if (parts.isEmpty()
        || gate.knows(parts)
        || all.stream().anyMatch(one -> !one.isUp() && one.cause().isEmpty())) {
      return;
    }
    if (known.slots().isOlderThan(RECENT)) {
      // others may know better who has which slots by now
      outdated();
    } else {
      gate.present(parts);
    }
  }

  private List<RedisPart> reached() {
    List<RedisPart> parts = new ArrayList<>();
    for (SlotMap.Range range : known.slots().ranges()) {
      Server server = known.byHost().get(range.primary());
      RedisIdentity who = server == null || !server.isUp() ? null : server.identity();
      if (who != null && who.isWhole()) {
        parts.add(new RedisPart(range.from(), range.to(), who));
      }
    }
    return parts;
  }

  @Override
  public void refused(String command, RedisErrorReply reply) {
    // that is worked around: see Identification
    if (!command.equals("info")) {
      refusals.refused(command, reply);
    }
  }

  @Override
  public void done(String command) {
    refusals.done(command);
  }
}
