package botbot.redis;

import botbot.redis.connection.LoopConnection;
import botbot.redis.connection.Server;
import botbot.redis.connection.Servers;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisErrorReply.Redirection;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisUnavailable;
import botbot.redis.protocol.RedisUnavailable.Reason;
import botbot.redis.protocol.Refusals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Brings a command to the server that has its key, and follows that to where it has moved. */
final class Delivery {

  @SuppressWarnings("UnnecessaryLambda") // it is known by its identity
  static final Predicate<RedisIdentity> ANY = who -> true;

  /** When a command is sent again whose hash slot nobody served. */
  private static final long AGAIN_MS = 10;

  /** A command, under the name of its meter, for a Redis that is wanted. */
  record Call(String name, Request request, Predicate<RedisIdentity> wanted) {}

  private final Vertx vertx;
  private final Servers servers;
  private final boolean cluster;
  private final Duration deadline;
  private final IntSupplier callersLoop;
  private final CommandLatencies latencies;
  private final Refusals refusals;
  private volatile boolean used;

  Delivery(
      Vertx vertx,
      Servers servers,
      boolean cluster,
      Duration deadline,
      IntSupplier callersLoop,
      CommandLatencies latencies,
      Refusals refusals) {
    this.vertx = vertx;
    this.servers = servers;
    this.cluster = cluster;
    this.deadline = deadline;
    this.callersLoop = callersLoop;
    this.latencies = latencies;
    this.refusals = refusals;
  }

  /** Whether any command of an epoch was sent since this was last asked. */
  boolean wasUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  /** Brings it to that server and nowhere else. */
  Future<@Nullable Response> to(@Nullable Server server, Call call) {
    return attempt(server, call, false);
  }

  Future<@Nullable Response> send(String key, Call call) {
    Server server = servers.of(key);
    if (!cluster || server == null) {
      return attempt(server, call, false);
    }
    long begin = System.nanoTime();
    return reach(server, call, false, begin).recover(error -> followed(server, call, error, begin));
  }

  /** A primary that was not one before is connected to first. */
  private Future<@Nullable Response> reach(Server server, Call call, boolean isMoving, long begin) {
    long left = begin + deadline.toNanos() / 2 - System.nanoTime();
    return server.isComing() && left > 0
        ? server.arrived(left).transform(there -> attempt(server, call, isMoving))
        : attempt(server, call, isMoving);
  }

  /**
   * Where a hash slot has moved, or is moving, the server says who has its keys by now; one that
   * steps back says so when that is done. Between two primaries a slot may be nobody's for a
   * moment, and for longer where none takes it: that is waited for half as long.
   */
  private Future<@Nullable Response> followed(
      Server asked, Call call, Throwable error, long begin) {
    if (!(error instanceof RedisErrorReply reply)) {
      return Future.failedFuture(error);
    }
    long passed = System.nanoTime() - begin;
    if (reply.isUnservedSlot()) {
      servers.outdated();
      return passed < deadline.toNanos() / 2
          ? vertx
              .timer(AGAIN_MS, TimeUnit.MILLISECONDS)
              .compose(later -> attempt(asked, call, false))
              .recover(again -> followed(asked, call, again, begin))
          : Future.failedFuture(new RedisUnavailable(Reason.DOWN));
    }
    Redirection to = reply.redirection();
    if (to == null || passed > deadline.toNanos()) {
      return Future.failedFuture(error);
    }
    Server next = servers.redirected(asked, to);
    return reach(next, call, to.isMoving(), begin)
        .recover(again -> followed(next, call, again, begin));
  }

  @SuppressWarnings("ReferenceEquality") // there is one ANY
  private Future<@Nullable Response> attempt(@Nullable Server server, Call call, boolean isMoving) {
    LoopConnection connection =
        server == null ? null : server.connection(callersLoop.getAsInt(), call.wanted());
    if (connection == null) {
      return Future.failedFuture(new RedisUnavailable(Reason.DOWN));
    }
    if (call.wanted() != ANY) {
      used = true;
    }
    long start = System.nanoTime();
    return connection
        .send(call.request(), call.wanted(), isMoving)
        .onComplete(
            done -> {
              latencies.record(call.name(), System.nanoTime() - start);
              if (done.succeeded()) {
                refusals.done(call.name());
              } else if (done.cause() instanceof RedisErrorReply reply) {
                servers.refused(call.name(), reply);
              }
            });
  }
}
