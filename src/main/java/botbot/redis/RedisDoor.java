package botbot.redis;

import botbot.redis.Delivery.Call;
import botbot.redis.connection.ConnectionGate;
import botbot.redis.connection.Identification;
import botbot.redis.connection.LoopConnection;
import botbot.redis.connection.Server;
import botbot.redis.connection.Servers;
import botbot.redis.mode.ModeTracker;
import botbot.redis.protocol.HashSlot;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisUnavailable;
import botbot.redis.protocol.RedisUnavailable.Reason;
import botbot.redis.protocol.Refusal;
import botbot.redis.protocol.Refusals;
import botbot.redis.topology.ClusterSlots;
import botbot.redis.topology.Discovery;
import botbot.redis.topology.RedisClients;
import botbot.redis.topology.RedisSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to Redis, in a cluster to the primary that has the hash slot of the key: on the
 * connection of the caller's event loop when the caller is on one and it is up, else on any that
 * is. Every command is answered or failed with {@link RedisUnavailable} within the deadline, and as
 * long again where its slot is moving or nobody serves it; a script that the server does not know
 * takes two commands. An error reply fails with {@link RedisErrorReply}.
 */
@Singleton
public class RedisDoor {

  private static final int TICKS_BETWEEN_TRIES = 4;

  private final VertxInternal vertx;
  private final ModeTracker mode;
  private final ConnectionGate gate;
  private final Discovery discovery;
  private final Refusals refusals;
  private final long probeMs;
  private final long idleNanos;
  private final Duration deadline;
  private final boolean cluster;
  private final EventLoop[] loops;
  private final List<LoopBatch<String>> gets = new ArrayList<>();
  private final List<Map<Script, LoopBatch<Part>>> scripts = new ArrayList<>();
  private final ContextInternal[] contexts;
  private final Servers servers;
  private final Delivery delivery;
  private long timer = -1;
  private int ticks;

  /** What a script that takes several at once is given for one. */
  private record Part(List<String> keys, List<Buffer> args) {

    int bytes() {
      return args.stream().mapToInt(Buffer::length).sum();
    }
  }

  RedisDoor(
      Vertx vertx,
      RedisClients clients,
      Discovery discovery,
      ClusterSlots slots,
      Identification identification,
      Refusals refusals,
      RedisSettings settings,
      ConnectionGate gate,
      ModeTracker mode,
      MeterRegistry meters) {
    this.vertx = (VertxInternal) vertx;
    this.mode = mode;
    this.gate = gate;
    this.discovery = discovery;
    this.refusals = refusals;
    this.probeMs = settings.probe().toMillis();
    this.idleNanos = settings.idleProbe().toNanos();
    this.deadline = settings.deadline();
    this.cluster = clients.isCluster();
    this.loops = eventLoops();
    this.contexts = new ContextInternal[loops.length];
    for (int i = 0; i < loops.length; i++) {
      contexts[i] = this.vertx.createEventLoopContext(loops[i], null, null);
      gets.add(new LoopBatch<>(contexts[i], key -> 0, this::getTogether));
      scripts.add(new HashMap<>());
    }
    this.servers =
        new Servers(
            cluster ? slots : null,
            contexts,
            (loop, host, listener) ->
                new LoopConnection(
                    loop, host, clients, discovery, identification, settings, gate, listener),
            gate,
            mode,
            refusals);
    this.delivery =
        new Delivery(
            this.vertx,
            servers,
            cluster,
            deadline,
            this::callersLoop,
            new CommandLatencies(meters),
            refusals);
  }

  private EventLoop[] eventLoops() {
    List<EventLoop> found = new ArrayList<>();
    for (EventExecutor executor : vertx.getEventLoopGroup()) {
      found.add((EventLoop) executor);
    }
    return found.toArray(EventLoop[]::new);
  }

  void start(@Observes StartupEvent event) {
    discovery.listen(servers::moved);
    servers.start();
    timer = vertx.setPeriodic(probeMs, id -> tick());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
    GuardedRedis.await(servers.stop());
  }

  /**
   * While Redis is read it is asked at each tick who answers, over one connection after the other;
   * the answers of other traffic show that it is there, and without any it is asked now and then.
   */
  private void tick() {
    servers.check();
    List<Refusal> refused = refusals.present();
    mode.refused(refused);
    if (++ticks % TICKS_BETWEEN_TRIES == 0) {
      refused.forEach(this::tryAgain);
    }
    boolean inUse = delivery.wasUsed();
    for (Server server : servers.all()) {
      if (inUse || server.isQuiet(idleNanos)) {
        server.probe();
      }
    }
  }

  /** What only reads is tried here: of two ways to read, the other may serve all traffic. */
  private void tryAgain(Refusal refusal) {
    switch (refusal.command()) {
      case "get" -> send(Identification.MARK, Request.cmd(Command.GET).arg(Identification.MARK));
      case "mget" -> send(Identification.MARK, Request.cmd(Command.MGET).arg(Identification.MARK));
      default -> {
        // what writes is tried by whoever has something to write
      }
    }
  }

  /**
   * Asks Redis now who answers: for who was idle and is about to trust what it knew. Fails with
   * {@link RedisUnavailable} within the deadline.
   */
  public Future<Void> verify() {
    List<Server> all = servers.all();
    return all.isEmpty()
        ? Future.failedFuture(new RedisUnavailable(Reason.DOWN))
        : Future.join(all.stream().map(Server::probe).toList()).mapEmpty();
  }

  /** Whether some server is up; in a cluster the others may be away. Answers at once. */
  public boolean available() {
    return servers.all().stream().anyMatch(Server::isUp);
  }

  /**
   * Whether a command for this key that is sent now has a connection, or will in a moment, since a
   * cluster has given its slot to another primary. Answers at once.
   */
  public boolean available(String key) {
    Server server = servers.of(key);
    return server != null && (server.isUp() || cluster && server.isComing());
  }

  /** Whether all that is reached of Redis may be read, as {@link ConnectionGate} says. */
  public boolean isConfirmed() {
    return servers.areConfirmed();
  }

  /** Whether all keys of a command or script must be of one {@link HashSlot}. */
  public boolean isCluster() {
    return cluster;
  }

  /**
   * How long a command for this key that is sent now is waited for at most: up to the deadline,
   * less where an older command is still under way on a connection that may take it.
   */
  public Duration patience(String key) {
    Server server = servers.of(key);
    return server == null ? deadline : server.patience(deadline);
  }

  /** How long the last probe of the slowest connection took. */
  public Duration latency() {
    return servers.all().stream()
        .map(Server::latency)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** Sends a command without a key, to any server. */
  public Future<@Nullable Response> send(Request request) {
    return delivery.to(servers.anyUp(), new Call(name(request), request, Delivery.ANY));
  }

  /** Sends a command for a key. Use it for what is independent of the epoch. */
  Future<@Nullable Response> send(String key, Request request) {
    return delivery.send(key, new Call(name(request), request, Delivery.ANY));
  }

  /** Sends a command for a key over a connection that {@link ConnectionGate} admits. */
  Future<@Nullable Response> sendGated(long epoch, String key, Request request) {
    return delivery.send(key, new Call(name(request), request, admitted(epoch, key)));
  }

  private Future<@Nullable Response> getTogether(long epoch, List<String> keys) {
    Request request = Request.cmd(Command.MGET);
    keys.forEach(request::arg);
    return delivery.to(servers.anyUp(), new Call(name(request), request, admitted(epoch, 0)));
  }

  /**
   * Reads a string over a connection that {@link ConnectionGate} admits for the epoch, together
   * with what else the caller's event loop reads now. Null where there is none, or where it is no
   * string.
   */
  public Future<@Nullable Response> getGated(long epoch, String key) {
    // a cluster answers for one hash slot at a time
    int loop = cluster ? -1 : callersLoop();
    return loop >= 0
        ? gets.get(loop).add(epoch, key)
        : sendGated(epoch, key, Request.cmd(Command.MGET).arg(key))
            .map(values -> Objects.requireNonNull(values).get(0));
  }

  /** Runs a script by its SHA-1, loading it where the server does not know it. */
  public Future<@Nullable Response> eval(Script script, List<String> keys, Buffer argument) {
    return eval(script, keys, request -> request.arg(argument), Delivery.ANY);
  }

  /** As {@link #eval}, over a connection that {@link ConnectionGate} admits for the epoch. */
  Future<@Nullable Response> evalGated(
      long epoch, Script script, List<String> keys, List<Buffer> args) {
    return eval(
        script, keys, request -> args.forEach(request::arg), admitted(epoch, keys.getFirst()));
  }

  /**
   * As {@link #evalGated}, together with what else the caller's event loop gives the script now: it
   * takes as many keys and arguments for each, and answers an array of as many.
   */
  public Future<@Nullable Response> evalTogether(
      long epoch, Script script, List<String> keys, List<Buffer> args) {
    int loop = cluster ? -1 : callersLoop();
    return loop >= 0
        ? scripts
            .get(loop)
            .computeIfAbsent(script, any -> batch(loop, script))
            .add(epoch, new Part(keys, args))
        : evalGated(epoch, script, keys, args)
            .map(outcomes -> Objects.requireNonNull(outcomes).get(0));
  }

  private LoopBatch<Part> batch(int loop, Script script) {
    return new LoopBatch<>(
        contexts[loop],
        Part::bytes,
        (epoch, all) ->
            evalGated(
                epoch,
                script,
                all.stream().flatMap(one -> one.keys().stream()).toList(),
                all.stream().flatMap(one -> one.args().stream()).toList()));
  }

  private Future<@Nullable Response> eval(
      Script script, List<String> keys, Consumer<Request> args, Predicate<RedisIdentity> wanted) {
    String key = keys.getFirst();
    Request known = script(Command.EVALSHA, script.sha1(), keys, args);
    return delivery
        .send(key, new Call(script.name(), known, wanted))
        .recover(
            error -> {
              if (!(error instanceof RedisErrorReply reply) || !reply.isNoScript()) {
                return Future.failedFuture(error);
              }
              Request whole = script(Command.EVAL, script.source(), keys, args);
              return delivery.send(key, new Call(script.name(), whole, wanted));
            });
  }

  private Predicate<RedisIdentity> admitted(long epoch, String key) {
    return admitted(epoch, cluster ? HashSlot.of(key) : 0);
  }

  private Predicate<RedisIdentity> admitted(long epoch, int slot) {
    return who -> gate.admits(who, slot, epoch);
  }

  private static Request script(
      Command command, String script, List<String> keys, Consumer<Request> args) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    args.accept(request);
    return request;
  }

  private int callersLoop() {
    for (int i = 0; i < loops.length; i++) {
      if (loops[i].inEventLoop()) {
        return i;
      }
    }
    return -1;
  }

  private static String name(Request request) {
    return request.command().toString();
  }
}
