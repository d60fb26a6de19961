package botbot.redis.topology;

import botbot.redis.protocol.Host;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisIdentity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds who serves now: of a cluster who has which slots, of several servers the primary, and with
 * Sentinel the primary that the sentinels name. Each host is asked over a connection of its own,
 * within a bound of its own.
 */
@Singleton
public final class Discovery {

  public static final String UNDER_WAY = "a failover is under way";

  private final RedisClients clients;
  private final KnownHosts known;
  private final ClusterSlots slots;
  private final Failover failover;
  private final Duration patience;

  /** The last election of the cluster that a node has told of; for {@link #learn} alone. */
  private long lastElection = Topology.UNTOLD;

  /** What a node of a cluster tells. */
  private record View(Response slots, long election) {}

  /**
   * A client, and what it was made for.
   *
   * @param primary the server it connects to; null where that is the only one
   */
  public record Found(Redis client, @Nullable Host primary) {}

  Discovery(
      RedisClients clients,
      KnownHosts known,
      ClusterSlots slots,
      Failover failover,
      RedisSettings settings) {
    this.clients = clients;
    this.known = known;
    this.slots = slots;
    this.failover = failover;
    // so that there is time for another, and for the connection itself
    this.patience = settings.connectTimeout().dividedBy(2);
  }

  /**
   * A client of who serves now, bound to the event loop; to be called there. In a cluster that is
   * not one: see {@link ClusterSlots}.
   */
  public Future<Found> find(ContextInternal loop) {
    return switch (clients.type()) {
      case STANDALONE -> loop.succeededFuture(new Found(clients.create(), null));
      case CLUSTER -> throw new IllegalStateException("a cluster has several primaries");
      case REPLICATION -> search(loop, host -> primary(loop, host)).map(this::found);
      case SENTINEL -> promotedOrNamed(loop).map(this::found);
    };
  }

  /**
   * Asks which hosts there are by now, for the day when none of those known before answers. A node
   * of a cluster that has missed an election which another knew of is believed only when none has
   * told more: then the cluster may have been made anew, or the others are out of reach.
   */
  Future<Void> learn(ContextInternal loop) {
    return switch (clients.type()) {
      case STANDALONE, REPLICATION -> loop.succeededFuture();
      case CLUSTER ->
          search(loop, node -> slots(loop, node))
              .onFailure(nobody -> lastElection = Topology.UNTOLD)
              .mapEmpty();
      case SENTINEL -> search(loop, sentinel -> sentinels(loop, sentinel)).mapEmpty();
    };
  }

  /** Whether a failover takes this server's part away from it, or has. */
  public boolean isLeft(@Nullable Host primary) {
    return failover.isLeft(primary);
  }

  /** Has it told when {@link #isLeft} or the primary may have changed. */
  public void listen(Runnable listener) {
    failover.listen(listener);
  }

  private Found found(Host primary) {
    return new Found(clients.server(primary), primary);
  }

  private Future<Host> search(ContextInternal loop, Function<Host, Future<Host>> question) {
    Function<Host, Future<Host>> asked =
        host -> {
          known.asked(host);
          return question.apply(host).onSuccess(answer -> known.answered(host));
        };
    return new Search<>(loop, known.inOrder(), asked).first();
  }

  /** A promoted server is known before the sentinels agree on it. */
  private Future<Host> promotedOrNamed(ContextInternal loop) {
    Optional<Host> promoted = failover.promoted();
    return promoted.isEmpty()
        ? named(loop)
        : primary(loop, promoted.get()).recover(error -> named(loop));
  }

  private Future<Host> named(ContextInternal loop) {
    return search(loop, sentinel -> named(loop, sentinel));
  }

  /** The primary that a sentinel names, once it has said itself that it is one. */
  private Future<Host> named(ContextInternal loop, Host sentinel) {
    String name = clients.primaryName();
    return ask(loop, clients.sentinel(sentinel), connection -> named(connection, name))
        .compose(
            primary ->
                failover.isLeft(primary) ? Future.failedFuture(UNDER_WAY) : primary(loop, primary));
  }

  private Future<Host> named(RedisConnection connection, String name) {
    return connection
        .send(Request.cmd(Command.SENTINEL).arg("GET-MASTER-ADDR-BY-NAME").arg(name))
        .compose(
            address ->
                address == null
                    ? Future.failedFuture("Sentinel knows no primary named " + name)
                    : Future.succeededFuture(Topology.host(address.get(0), address.get(1))));
  }

  /** The host itself, if it is a primary, or may not say what it is. */
  private Future<Host> primary(ContextInternal loop, Host host) {
    return ask(
        loop,
        clients.server(host),
        connection ->
            connection
                .send(Request.cmd(Command.INFO).arg("replication"))
                .map(info -> RedisIdentity.of(Objects.requireNonNull(info)))
                .<Void>mapEmpty()
                .recover(
                    error ->
                        RedisErrorReply.of(error) instanceof RedisErrorReply reply
                                && reply.isRefusal()
                            ? Future.succeededFuture()
                            : Future.failedFuture(error))
                .map(isPrimary -> host));
  }

  /** The node itself, if it knows who has which slots, and of the last election others know of. */
  private Future<Host> slots(ContextInternal loop, Host node) {
    return ask(
            loop,
            clients.server(node),
            connection -> {
              Future<Long> election = election(connection);
              return connection
                  .send(Request.cmd(Command.CLUSTER).arg("SLOTS"))
                  .compose(
                      told -> election.map(last -> new View(Objects.requireNonNull(told), last)));
            })
        .compose(
            view -> {
              List<Host> nodes = Topology.ofCluster(view.slots(), node);
              if (nodes.isEmpty()) {
                return Future.failedFuture("no slots are served there");
              }
              if (view.election() != Topology.UNTOLD && view.election() < lastElection) {
                return Future.failedFuture("the last election was not heard of there");
              }
              lastElection = Math.max(lastElection, view.election());
              known.learn(nodes);
              slots.learn(Topology.slots(view.slots(), node));
              return Future.succeededFuture(node);
            });
  }

  /** The last election that a node knows of, as far as it says, and this user may ask. */
  private static Future<Long> election(RedisConnection connection) {
    return connection
        .send(Request.cmd(Command.CLUSTER).arg("INFO"))
        .map(info -> Topology.lastElection(Objects.requireNonNull(info)))
        .otherwise(Topology.UNTOLD);
  }

  private Future<Host> sentinels(ContextInternal loop, Host sentinel) {
    Request sentinels = Request.cmd(Command.SENTINEL).arg("SENTINELS").arg(clients.primaryName());
    return ask(loop, clients.sentinel(sentinel), connection -> connection.send(sentinels))
        .onSuccess(others -> known.learn(Topology.ofSentinels(others, sentinel)))
        .map(others -> sentinel);
  }

  private <T> Future<T> ask(
      ContextInternal loop, Redis client, Function<RedisConnection, Future<T>> question) {
    Promise<T> answer = loop.promise();
    long timer =
        loop.owner()
            .setTimer(
                patience.toMillis(),
                late -> answer.tryFail("no answer within " + patience.toMillis() + " ms"));
    client.connect().compose(question).onSuccess(answer::tryComplete).onFailure(answer::tryFail);
    return answer
        .future()
        .onComplete(
            done -> {
              loop.owner().cancelTimer(timer);
              client.close();
            });
  }
}
