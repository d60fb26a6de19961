package botbot.redis;

import botbot.redis.RedisUnavailable.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One pipelined connection that lives on one event loop and is only touched there. A command that
 * misses the deadline closes it, so that a late answer can reach nobody; it then reconnects with
 * exponential backoff and jitter, and never gives up.
 */
final class LoopConnection {

  private final ContextInternal loop;
  private final RedisClients clients;
  private final RedisSettings settings;
  private final ConnectionGate gate;
  private final ConnectionListener listener;
  private final InFlight inFlight;
  private @Nullable Link link;
  private int attempts;
  private long prober;
  private boolean stopped;
  private boolean admittedBefore;
  private volatile @Nullable RedisIdentity identity;
  private volatile Duration latency = Duration.ZERO;

  /** Told on the event loop when the connection comes up or goes down. */
  interface ConnectionListener {
    void up(LoopConnection connection);

    void down(LoopConnection connection, String cause);
  }

  LoopConnection(
      ContextInternal loop,
      RedisClients clients,
      RedisSettings settings,
      ConnectionGate gate,
      ConnectionListener listener) {
    this.loop = loop;
    this.clients = clients;
    this.settings = settings;
    this.gate = gate;
    this.listener = listener;
    this.inFlight =
        new InFlight(
            loop,
            settings.deadline(),
            () -> close(Reason.LATE, "no answer within " + settings.deadline().toMillis() + " ms"));
  }

  void start() {
    loop.runOnContext(
        ignored -> {
          connect();
          prober = loop.owner().setPeriodic(settings.probe().toMillis(), timer -> probe());
        });
  }

  Future<Void> stop() {
    Promise<Void> done = loop.promise();
    loop.runOnContext(
        ignored -> {
          stopped = true;
          loop.owner().cancelTimer(prober);
          close(Reason.DOWN, "stopping");
          done.complete();
        });
    return done.future();
  }

  boolean isUp() {
    return identity != null;
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
  Future<Response> send(Request request, Predicate<RedisIdentity> wanted) {
    Promise<Response> promise = loop.promise();
    if (loop.inThread()) {
      write(request, wanted, promise);
    } else {
      loop.runOnContext(ignored -> write(request, wanted, promise));
    }
    return promise.future();
  }

  private void write(Request request, Predicate<RedisIdentity> wanted, Promise<Response> promise) {
    Link open = link;
    if (open == null || identity == null) {
      promise.fail(new RedisUnavailable(Reason.DOWN));
    } else if (!reaches(wanted)) {
      promise.fail(new RedisUnavailable(Reason.NOT_ADMITTED));
    } else {
      write(open, request, promise);
    }
  }

  private void write(Link open, Request request, Promise<Response> promise) {
    inFlight.add(promise);
    open.send(request)
        .onComplete(
            answer -> {
              if (answer.succeeded()) {
                promise.tryComplete(answer.result());
              } else {
                refused(open, promise, answer.cause());
              }
              inFlight.dropAnswered();
            });
  }

  private void refused(Link open, Promise<Response> promise, Throwable error) {
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

  /** Asks again who answers: in a cluster another primary may have taken over unnoticed. */
  private void probe() {
    Link open = link;
    RedisIdentity mine = identity;
    if (open == null || mine == null) {
      return;
    }
    long sent = System.nanoTime();
    ask(open)
        .onSuccess(
            who -> {
              latency = Duration.ofNanos(System.nanoTime() - sent);
              if (open == link && !who.equals(mine)) {
                close(Reason.LOST, "another Redis answers now");
              }
            });
    if (gate.admits(mine)) {
      admittedBefore = true;
    } else if (admittedBefore) {
      // another server was confirmed since: look again who answers at this address
      close(Reason.LOST, "another Redis was confirmed since");
    } else {
      gate.present(mine);
    }
  }

  private void connect() {
    if (stopped) {
      return;
    }
    Link fresh = new Link(loop, clients, this::opened, this::lost);
    link = fresh;
    fresh.open(settings.connectTimeout());
  }

  /** A Redis that answers too late stays away: it would be lost again by its first command. */
  private void opened(RedisIdentity who) {
    ask(Objects.requireNonNull(link)).onSuccess(inTime -> up(who));
  }

  /** Who answers, within the deadline of any command; closes the link if nobody does. */
  private Future<RedisIdentity> ask(Link open) {
    Promise<RedisIdentity> answer = loop.promise();
    inFlight.add(answer);
    open.identify()
        .onComplete(
            who -> {
              if (who.succeeded()) {
                answer.tryComplete(who.result());
              } else {
                answer.tryFail(who.cause());
              }
              inFlight.dropAnswered();
            });
    return answer
        .future()
        .onFailure(
            error -> {
              if (open == link) {
                close(Reason.LOST, String.valueOf(error.getMessage()));
              }
            });
  }

  private void up(RedisIdentity who) {
    attempts = 0;
    admittedBefore = false;
    identity = who;
    if (!gate.admits(who)) {
      gate.present(who);
    }
    listener.up(this);
  }

  private void lost(String cause) {
    close(Reason.LOST, cause);
  }

  private void close(Reason reason, String cause) {
    Link old = link;
    link = null;
    identity = null;
    if (old != null) {
      old.close();
    }
    if (!stopped) {
      listener.down(this, cause);
    }
    inFlight.failAll(new RedisUnavailable(reason));
    if (!stopped) {
      loop.owner().setTimer(backoff(), timer -> connect());
    }
  }

  private long backoff() {
    long min = settings.reconnect().min().toMillis();
    long wait = Math.min(settings.reconnect().max().toMillis(), min << Math.min(attempts++, 16));
    return Math.max(1, wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
  }
}
