package botbot.redis.connection;

import botbot.redis.protocol.Host;
import botbot.redis.protocol.NotPrimary;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisUnavailable;
import botbot.redis.protocol.RedisUnavailable.Reason;
import botbot.redis.topology.Discovery;
import botbot.redis.topology.RedisClients;
import botbot.redis.topology.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One pipelined connection that lives on one event loop and is only touched there. A command that
 * misses the deadline closes it, so that a late answer can reach nobody; it then reconnects with
 * exponential backoff and jitter, and never gives up.
 */
public final class LoopConnection {

  /** No epoch is that late. */
  private static final long NEVER = Long.MAX_VALUE;

  private final ContextInternal loop;
  private final RedisClients clients;
  private final @Nullable Host host;
  private final Discovery discovery;
  private final Identification identification;
  private final RedisSettings settings;
  private final ConnectionGate gate;
  private final ConnectionListener listener;
  private final InFlight inFlight;
  private final Backoff backoff;
  private @Nullable Link link;
  private long nextAttempt = -1;
  private boolean stopped;
  private boolean admittedBefore;
  private boolean probing;
  // of a Redis that does not say who it is: only what was begun since it was opened is to be read
  private boolean unnamed;
  private long lastBegun;
  private volatile @Nullable RedisIdentity identity;
  private volatile Duration latency = Duration.ZERO;
  private volatile long answeredAt = System.nanoTime();

  /** Told on the event loop when the connection comes up or goes down. */
  public interface ConnectionListener {
    void up(LoopConnection connection);

    void down(LoopConnection connection, boolean wasUp, String cause);

    /** It has failed to come up again and again. */
    void unable(String cause);

    /** It is up, and what it reaches in a cluster is a replica by now, which serves nobody. */
    void demoted();

    /** It is up, and {@link ConnectionGate} does not know who answers. */
    void unconfirmed();

    void refused(String command, RedisErrorReply reply);

    void done(String command);
  }

  /** To {@code host}; without one to whatever is found. */
  public LoopConnection(
      ContextInternal loop,
      @Nullable Host host,
      RedisClients clients,
      Discovery discovery,
      Identification identification,
      RedisSettings settings,
      ConnectionGate gate,
      ConnectionListener listener) {
    this.loop = loop;
    this.host = host;
    this.clients = clients;
    this.discovery = discovery;
    this.identification = identification;
    this.settings = settings;
    this.gate = gate;
    this.listener = listener;
    this.backoff = new Backoff(settings.reconnect().min(), settings.reconnect().max());
    this.inFlight =
        new InFlight(
            loop,
            settings.deadline(),
            () -> close(Reason.LATE, "no answer within " + settings.deadline().toMillis() + " ms"));
  }

  void start() {
    loop.runOnContext(ignored -> connect());
  }

  Future<Void> stop() {
    Promise<Void> done = loop.promise();
    loop.runOnContext(
        ignored -> {
          stopped = true;
          close(Reason.LOST, "stopping");
          done.complete();
        });
    return done.future();
  }

  /** Closes it once all that was sent over it has been answered, or can be no more. */
  void retire() {
    loop.runOnContext(
        ignored -> {
          stopped = true;
          loop.owner()
              .setTimer(
                  settings.deadline().toMillis(), late -> close(Reason.LOST, "no longer needed"));
        });
  }

  boolean isUp() {
    return identity != null;
  }

  /** Who answers; null while it is not up. */
  @Nullable RedisIdentity identity() {
    return identity;
  }

  /** When it last answered anything, by {@link System#nanoTime}. */
  long answeredAt() {
    return answeredAt;
  }

  /** How long the last probe took. */
  Duration latency() {
    return latency;
  }

  /** Whether it is up and reaches a Redis that is wanted. */
  boolean reaches(Predicate<RedisIdentity> wanted) {
    RedisIdentity mine = identity;
    return mine != null && wanted.test(mine);
  }

  /** Sends the command if, at that moment, the connection reaches a Redis that is wanted. */
  Future<@Nullable Response> send(Request request, Predicate<RedisIdentity> wanted) {
    return send(request, wanted, false);
  }

  /** The same, of a hash slot that is on its way to the server, if it {@code isMoving}. */
  public Future<@Nullable Response> send(
      Request request, Predicate<RedisIdentity> wanted, boolean isMoving) {
    Promise<@Nullable Response> promise = loop.promise();
    if (loop.inThread()) {
      write(request, wanted, isMoving, promise);
    } else {
      loop.runOnContext(ignored -> write(request, wanted, isMoving, promise));
    }
    return promise.future();
  }

  private void write(
      Request request,
      Predicate<RedisIdentity> wanted,
      boolean isMoving,
      Promise<@Nullable Response> promise) {
    Link open = link;
    if (open == null || identity == null) {
      promise.fail(new RedisUnavailable(Reason.DOWN));
    } else if (!reaches(wanted)) {
      promise.fail(new RedisUnavailable(Reason.NOT_ADMITTED));
    } else {
      if (isMoving) {
        // counts for the next command alone; where it is refused, so is that
        open.send(Request.cmd(Command.ASKING));
      }
      write(open, request, promise);
    }
  }

  private void write(Link open, Request request, Promise<@Nullable Response> promise) {
    inFlight.add(promise);
    open.send(request)
        .onComplete(
            answer -> {
              if (answer.succeeded()) {
                answeredAt = System.nanoTime();
                promise.tryComplete(answer.result());
              } else {
                refused(open, promise, answer.cause());
              }
              inFlight.dropAnswered();
            });
  }

  private void refused(Link open, Promise<@Nullable Response> promise, Throwable error) {
    RuntimeException refusal = RedisErrorReply.of(error);
    if (refusal instanceof RedisErrorReply reply && reply.cannotServe()) {
      promise.tryFail(new RedisUnavailable(Reason.LOST));
      if (open == link) {
        close(Reason.LOST, reply.getMessage());
      }
    } else {
      promise.tryFail(refusal);
    }
  }

  /**
   * How long a command sent now would be waited for: when an older one misses its deadline first,
   * the connection closes under both. May be asked on any thread.
   */
  Duration patience() {
    return inFlight.patience();
  }

  boolean inThread() {
    return loop.inThread();
  }

  /** Looks whether what it reaches was confirmed, and has that done; sends nothing. */
  void check() {
    loop.runOnContext(ignored -> checkAdmission());
  }

  private void checkAdmission() {
    RedisIdentity mine = identity;
    if (link == null || mine == null) {
      return;
    }
    if (unnamed) {
      if (!gate.admits(mine) && !clients.isCluster()) {
        readMark();
      }
    } else if (gate.admits(mine)) {
      admittedBefore = true;
    } else if (admittedBefore && !clients.isCluster()) {
      // another server was confirmed since: look again who answers at this address
      close(Reason.LOST, "another Redis was confirmed since");
    } else {
      listener.unconfirmed();
    }
  }

  /**
   * Asks again who answers: in a cluster, or behind a proxy, another primary may have taken over
   * unnoticed. Whether the one who answers is the one it was; fails with {@link RedisUnavailable}.
   */
  Future<Void> probe() {
    Promise<Void> done = loop.promise();
    loop.runOnContext(ignored -> probe(done));
    return done.future();
  }

  private void probe(Promise<Void> done) {
    Link open = link;
    RedisIdentity mine = identity;
    if (open == null || mine == null) {
      done.fail(new RedisUnavailable(Reason.DOWN));
      return;
    }
    if (probing) {
      // what is under way tells soon enough, or the deadline does
      done.complete();
      return;
    }
    probing = true;
    long sent = System.nanoTime();
    Future<Void> answer = unnamed ? readMark() : ask(open, open.expect(mine));
    answer.onComplete(
        told -> {
          probing = false;
          if (told.succeeded()) {
            latency = Duration.ofNanos(System.nanoTime() - sent);
            done.complete();
          } else {
            done.fail(new RedisUnavailable(Reason.LOST));
          }
        });
  }

  /** What stands for the identity of a Redis that does not say who it is. */
  private Future<Void> readMark() {
    Link open = Objects.requireNonNull(link);
    if (clients.isCluster()) {
      return ask(open, open.send(Request.cmd(Command.PING)).mapEmpty());
    }
    return ask(open, open.mark())
        .onSuccess(
            mark -> {
              if (open == link) {
                listener.done("getex");
                marked(mark);
              }
            })
        .mapEmpty();
  }

  private void marked(RedisIdentity mark) {
    if (lastBegun == NEVER) {
      Link open = link;
      gate.lastBegun()
          .thenAccept(
              epoch ->
                  loop.runOnContext(
                      ignored -> {
                        if (open == link) {
                          lastBegun = epoch;
                        }
                      }));
    } else if (gate.admits(mark) && gate.number() > lastBegun) {
      identity = mark;
    } else {
      identity = RedisIdentity.UNKNOWN;
      gate.presentUnnamed(this::putMark);
    }
  }

  private void putMark(String mark) {
    send(Request.cmd(Command.SET).arg(Identification.MARK).arg(mark), who -> true)
        .onSuccess(put -> listener.done("set"))
        .onFailure(
            error -> {
              if (error instanceof RedisErrorReply reply) {
                listener.refused("set", reply);
              }
            });
  }

  private void connect() {
    if (stopped) {
      return;
    }
    Link fresh = new Link(loop, host, clients, discovery, identification, this::opened, this::lost);
    link = fresh;
    fresh.open(settings.connectTimeout());
  }

  /** A Redis that answers too late stays away: it would be lost again by its first command. */
  private void opened(RedisIdentity who) {
    Link open = Objects.requireNonNull(link);
    unnamed = who.equals(RedisIdentity.UNKNOWN);
    lastBegun = NEVER;
    boolean isReplica = who.equals(RedisIdentity.REPLICA);
    Future<Void> inTime =
        unnamed || isReplica
            ? ask(open, open.send(Request.cmd(Command.PING)).mapEmpty())
            : ask(open, open.expect(who));
    inTime.onSuccess(
        answered -> {
          if (open == link) {
            up(who);
            if (isReplica) {
              listener.demoted();
            }
          }
        });
  }

  /** An answer within the deadline of any command; closes the link if there is none. */
  private <T> Future<T> ask(Link open, Future<T> question) {
    Promise<T> answer = loop.promise();
    inFlight.add(answer);
    question.onComplete(
        told -> {
          if (told.succeeded()) {
            answeredAt = System.nanoTime();
            answer.tryComplete(told.result());
          } else {
            answer.tryFail(told.cause());
          }
          inFlight.dropAnswered();
        });
    return answer
        .future()
        .onFailure(
            error -> {
              if (open == link) {
                unanswered(error);
              }
            });
  }

  private void unanswered(Throwable error) {
    if (unnamed
        && RedisErrorReply.of(error) instanceof RedisErrorReply reply
        && !reply.cannotServe()) {
      // it is there, and rate checks may well pass
      answeredAt = System.nanoTime();
      identity = identity == null ? null : RedisIdentity.UNKNOWN;
      listener.refused("getex", reply);
    } else if (identity != null && clients.isCluster() && error instanceof NotPrimary) {
      // until it is known who has its slots now, it sends on to them whoever asks it
      listener.demoted();
    } else {
      close(Reason.LOST, String.valueOf(error.getMessage()));
    }
  }

  private void up(RedisIdentity who) {
    backoff.reset();
    admittedBefore = false;
    identity = who;
    listener.up(this);
    if (unnamed) {
      readMark();
    } else if (!gate.admits(who)) {
      listener.unconfirmed();
    }
  }

  /** A failover began or has ended: leaves a primary that is to be left, and connects soon. */
  void moved() {
    loop.runOnContext(ignored -> follow());
  }

  private void follow() {
    backoff.reset();
    Link open = link;
    if (open == null) {
      if (loop.owner().cancelTimer(nextAttempt)) {
        connect();
      }
    } else if (discovery.isLeft(open.primary())) {
      close(Reason.LOST, Discovery.UNDER_WAY);
    }
  }

  private void lost(String cause) {
    close(Reason.LOST, cause);
  }

  private void close(Reason reason, String cause) {
    Link old = link;
    boolean wasUp = identity != null;
    link = null;
    identity = null;
    if (old != null) {
      old.close();
    }
    if (!stopped) {
      listener.down(this, wasUp, cause);
      if (backoff.isLong()) {
        listener.unable(cause);
      }
    }
    inFlight.failAll(new RedisUnavailable(reason));
    if (!stopped) {
      nextAttempt = loop.owner().setTimer(backoff.nextMs(), timer -> connect());
    }
  }
}
