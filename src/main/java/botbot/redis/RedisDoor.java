package botbot.redis;

import botbot.redis.RedisUnavailable.Reason;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to Redis: on the connection of the caller's event loop when the caller is on one
 * and it is up, else on any that is. Every command is answered or failed with {@link
 * RedisUnavailable} within the deadline; an error reply fails with {@link RedisErrorReply}.
 */
@Singleton
public class RedisDoor implements LoopConnection.ConnectionListener {

  private static final Predicate<RedisIdentity> ANY = who -> true;
  private static final String CONNECT = "connect";
  private static final int TICKS_BETWEEN_TRIES = 4;

  private final VertxInternal vertx;
  private final ModeTracker mode;
  private final ConnectionGate gate;
  private final Discovery discovery;
  private final Refusals refusals;
  private final CommandLatencies latencies;
  private final long probeMs;
  private final long idleNanos;
  private final Duration deadline;
  private final boolean cluster;
  private final LoopConnection[] connections;
  private final EventLoop[] loops;
  private final Gets[] gets;
  private long timer = -1;
  private int next;
  private int ticks;
  private volatile boolean used;

  RedisDoor(
      Vertx vertx,
      RedisClients clients,
      Discovery discovery,
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
    this.latencies = new CommandLatencies(meters);
    this.deadline = settings.deadline();
    this.cluster = clients.isCluster();
    this.loops = eventLoops();
    this.connections = new LoopConnection[loops.length];
    this.gets = new Gets[loops.length];
    for (int i = 0; i < loops.length; i++) {
      ContextInternal context = this.vertx.createEventLoopContext(loops[i], null, null);
      connections[i] =
          new LoopConnection(context, clients, discovery, identification, settings, gate, this);
      gets[i] = new Gets(context, this::sendGated);
    }
  }

  private EventLoop[] eventLoops() {
    List<EventLoop> found = new ArrayList<>();
    for (EventExecutor executor : vertx.getEventLoopGroup()) {
      found.add((EventLoop) executor);
    }
    return found.toArray(EventLoop[]::new);
  }

  void start(@Observes StartupEvent event) {
    discovery.listen(this::moved);
    for (LoopConnection connection : connections) {
      connection.start();
    }
    timer = vertx.setPeriodic(probeMs, id -> tick());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
    for (LoopConnection connection : connections) {
      GuardedRedis.await(connection.stop());
    }
  }

  private void moved() {
    for (LoopConnection connection : connections) {
      connection.moved();
    }
  }

  /**
   * While Redis is read it is asked at each tick who answers, over one connection after the other;
   * the answers of other traffic show that it is there, and without any it is asked now and then.
   */
  private void tick() {
    for (LoopConnection connection : connections) {
      connection.check();
    }
    List<Refusal> refused = refusals.present();
    mode.refused(refused);
    if (++ticks % TICKS_BETWEEN_TRIES == 0) {
      refused.forEach(this::tryAgain);
    }
    boolean inUse = used;
    used = false;
    if (inUse || isQuiet()) {
      probeNext();
    }
  }

  /** What only reads is tried here: of two ways to read, the other may serve all traffic. */
  private void tryAgain(Refusal refusal) {
    switch (refusal.command()) {
      case "get" -> send(Request.cmd(Command.GET).arg(Identification.MARK));
      case "mget" -> send(Request.cmd(Command.MGET).arg(Identification.MARK));
      default -> {
        // what writes is tried by whoever has something to write
      }
    }
  }

  private boolean isQuiet() {
    long now = System.nanoTime();
    for (LoopConnection connection : connections) {
      if (now - connection.answeredAt() < idleNanos) {
        return false;
      }
    }
    return true;
  }

  private Future<Void> probeNext() {
    for (int i = 0; i < connections.length; i++) {
      LoopConnection candidate = connections[next++ % connections.length];
      if (candidate.isUp()) {
        return candidate.probe();
      }
    }
    return Future.failedFuture(new RedisUnavailable(Reason.DOWN));
  }

  /**
   * Asks Redis now who answers: for who was idle and is about to trust what it knew. Fails with
   * {@link RedisUnavailable} within the deadline.
   */
  public Future<Void> verify() {
    return probeNext();
  }

  /** Whether a command sent now has a connection to go to. Answers at once. */
  public boolean available() {
    return anyUp() != null;
  }

  /** Whether a command of this epoch would be sent now. Answers at once. */
  public boolean reaches(long epoch) {
    Predicate<RedisIdentity> wanted = admitted(epoch);
    for (LoopConnection connection : connections) {
      if (connection.reaches(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** Whether all keys of a command or script must be of one {@link HashSlot}. */
  public boolean isCluster() {
    return cluster;
  }

  /**
   * How long a command that is sent now is waited for at most: up to the deadline, less where an
   * older command is still under way on a connection that may take it.
   */
  public Duration patience() {
    Duration least = deadline;
    for (LoopConnection connection : connections) {
      if (connection.isUp()) {
        Duration patience = connection.patience();
        if (connection.inThread()) {
          return patience;
        }
        least = patience.compareTo(least) < 0 ? patience : least;
      }
    }
    return least;
  }

  /** How long the last probe of the slowest connection took. */
  public Duration latency() {
    return Arrays.stream(connections)
        .map(LoopConnection::latency)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** Sends one command. Use it for what is independent of the epoch, such as rate counters. */
  public Future<Response> send(Request request) {
    return send(name(request), request, ANY);
  }

  /** Sends one command over a connection that {@link ConnectionGate} admits for the epoch. */
  public Future<Response> sendGated(long epoch, Request request) {
    return send(name(request), request, admitted(epoch));
  }

  /**
   * Reads a string over a connection that {@link ConnectionGate} admits for the epoch, together
   * with what else the caller's event loop reads now. Null where there is none, or where it is no
   * string.
   */
  public Future<Response> getGated(long epoch, String key) {
    // a cluster answers for one hash slot at a time
    int loop = cluster ? -1 : callersLoop();
    return loop >= 0
        ? gets[loop].add(epoch, key)
        : sendGated(epoch, Request.cmd(Command.MGET).arg(key)).map(values -> values.get(0));
  }

  /** Runs a script by its SHA-1, loading it where the server does not know it. */
  public Future<Response> eval(Script script, List<String> keys, Buffer argument) {
    return eval(script, keys, request -> request.arg(argument), ANY);
  }

  /** As {@link #eval}, over a connection that {@link ConnectionGate} admits for the epoch. */
  public Future<Response> evalGated(
      long epoch, Script script, List<String> keys, List<Buffer> args) {
    return eval(script, keys, request -> args.forEach(request::arg), admitted(epoch));
  }

  private Future<Response> eval(
      Script script, List<String> keys, Consumer<Request> args, Predicate<RedisIdentity> wanted) {
    Request known = call(Command.EVALSHA, script.sha1(), keys, args);
    return send(script.name(), known, wanted)
        .recover(
            error ->
                error instanceof RedisErrorReply reply && reply.isNoScript()
                    ? send(script.name(), call(Command.EVAL, script.source(), keys, args), wanted)
                    : Future.failedFuture(error));
  }

  private Predicate<RedisIdentity> admitted(long epoch) {
    return who -> gate.admits(who, epoch);
  }

  private static Request call(
      Command command, String script, List<String> keys, Consumer<Request> args) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    args.accept(request);
    return request;
  }

  private Future<Response> send(String name, Request request, Predicate<RedisIdentity> wanted) {
    LoopConnection connection = connection(wanted);
    if (connection == null) {
      return Future.failedFuture(new RedisUnavailable(Reason.DOWN));
    }
    if (wanted != ANY) {
      used = true;
    }
    long start = System.nanoTime();
    return connection
        .send(request, wanted)
        .onComplete(
            done -> {
              latencies.record(name, System.nanoTime() - start);
              if (done.succeeded()) {
                refusals.done(name);
              } else if (done.cause() instanceof RedisErrorReply reply) {
                refused(name, reply);
              }
            });
  }

  private @Nullable LoopConnection connection(Predicate<RedisIdentity> wanted) {
    int mine = callersLoop();
    if (mine >= 0 && connections[mine].reaches(wanted)) {
      return connections[mine];
    }
    int first = ThreadLocalRandom.current().nextInt(connections.length);
    for (int i = 0; i < connections.length; i++) {
      LoopConnection candidate = connections[(first + i) % connections.length];
      if (candidate.reaches(wanted)) {
        return candidate;
      }
    }
    return anyUp();
  }

  private int callersLoop() {
    for (int i = 0; i < loops.length; i++) {
      if (loops[i].inEventLoop()) {
        return i;
      }
    }
    return -1;
  }

  private @Nullable LoopConnection anyUp() {
    for (LoopConnection connection : connections) {
      if (connection.isUp()) {
        return connection;
      }
    }
    return null;
  }

  private static String name(Request request) {
    return request.command().toString();
  }

  @Override
  public void up(LoopConnection connection) {
    refusals.done(CONNECT);
    mode.answering();
  }

  @Override
  public void down(LoopConnection connection, boolean wasUp, String cause) {
    if (wasUp) {
      gate.lost();
    }
    if (available()) {
      mode.lostOne(cause);
      // what ended one has ended the others too, or they tell that it has not
      for (LoopConnection other : connections) {
        if (other.isUp()) {
          other.probe();
        }
      }
    } else {
      mode.lost(cause);
    }
  }

  @Override
  public void unable(String cause) {
    if (available()) {
      refusals.refused(new Refusal(CONNECT, "unable", cause));
    }
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
