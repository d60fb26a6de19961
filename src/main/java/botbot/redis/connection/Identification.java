package botbot.redis.connection;

import botbot.redis.protocol.NotPrimary;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.Refusals;
import botbot.redis.topology.RedisClients;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Asks who answers over a connection: by {@code INFO}, or by a mark that is kept in a Redis which
 * refuses that command, does not say who it is, or says another thing on each connection.
 */
@Singleton
public final class Identification {

  /** The key of the mark; one mark serves all installations on a Redis. */
  public static final String MARK = "botbot:mark";

  private static final Logger LOG = Logger.getLogger(Identification.class);

  private static final Pattern UPTIME = Pattern.compile("uptime_in_seconds:(\\d{1,18})");

  /** So many names within so short a time are not those of restarts. */
  private static final int NAMES = 3;

  private static final Duration NAMES_WITHIN = Duration.ofSeconds(10);

  private record Name(RedisIdentity identity, long at) {}

  private final RedisClients clients;
  private final Refusals refusals;
  private final Deque<Name> names = new ArrayDeque<>();
  private volatile boolean unnamed;

  Identification(RedisClients clients, Refusals refusals) {
    this.clients = clients;
    this.refusals = refusals;
  }

  /**
   * Who answers; unknown where Redis does not say so. Fails if it does not serve as a primary, or
   * in a cluster not at all.
   */
  Future<RedisIdentity> identify(RedisConnection connection) {
    return clients.isCluster()
        ? serves(connection).compose(does -> who(connection))
        : who(connection);
  }

  /** Fails while a node of a cluster serves no key at all, though it answers. */
  private static Future<Void> serves(RedisConnection connection) {
    return connection
        .send(Request.cmd(Command.GET).arg(MARK))
        .<Void>mapEmpty()
        .recover(
            error ->
                RedisErrorReply.of(error) instanceof RedisErrorReply reply
                        && !reply.cannotServe()
                        // one that has lost its part of the cluster says so of every slot
                        && !reply.isUnservedSlot()
                    ? Future.succeededFuture()
                    : Future.failedFuture(error));
  }

  private Future<RedisIdentity> who(RedisConnection connection) {
    if (unnamed) {
      return Future.succeededFuture(RedisIdentity.UNKNOWN);
    }
    return connection
        .send(Request.cmd(Command.INFO))
        .map(info -> named(Objects.requireNonNull(info)))
        .recover(this::replica)
        .recover(
            error ->
                RedisErrorReply.of(error) instanceof RedisErrorReply reply && reply.isRefusal()
                    ? refused(reply)
                    : Future.failedFuture(error));
  }

  private Future<RedisIdentity> replica(Throwable error) {
    return error instanceof NotPrimary && clients.isCluster()
        ? Future.succeededFuture(RedisIdentity.REPLICA)
        : Future.failedFuture(error);
  }

  /** Fails if another answers than did before, or one that is not a primary. */
  Future<Void> expect(RedisConnection connection, RedisIdentity before) {
    return connection
        .send(Request.cmd(Command.INFO).arg("replication"))
        .compose(
            info ->
                before.isStill(Objects.requireNonNull(info))
                    ? Future.succeededFuture()
                    : Future.failedFuture("another Redis answers now"));
  }

  /** The mark in Redis; unknown without one. A replica refuses, since this counts as a write. */
  Future<RedisIdentity> mark(RedisConnection connection) {
    return connection
        .send(Request.cmd(Command.GETEX).arg(MARK).arg("PERSIST"))
        .map(mark -> mark == null ? RedisIdentity.UNKNOWN : RedisIdentity.marked(mark.toString()));
  }

  private Future<RedisIdentity> refused(RedisErrorReply reply) {
    if (clients.isCluster()) {
      // each primary would need a mark of its own
      refusals.refused("info", reply);
    }
    tell(reply.getMessage());
    return Future.succeededFuture(RedisIdentity.UNKNOWN);
  }

  private synchronized RedisIdentity named(Response info) {
    RedisIdentity who = RedisIdentity.of(info);
    if (!who.isWhole()) {
      tell("INFO has no run_id or master_replid");
      return RedisIdentity.UNKNOWN;
    }
    if (clients.isCluster() || isYoung(info.toString())) {
      return who;
    }
    long now = System.nanoTime();
    names.removeIf(name -> name.identity().equals(who) || now - name.at() > NAMES_WITHIN.toNanos());
    names.add(new Name(who, now));
    if (names.size() < NAMES) {
      return who;
    }
    tell("INFO has another run_id on each connection");
    return RedisIdentity.UNKNOWN;
  }

  /** A server that has just started has a new name for good reason. */
  private static boolean isYoung(String info) {
    Matcher uptime = UPTIME.matcher(info);
    return uptime.find() && Long.parseLong(uptime.group(1)) <= 2 * NAMES_WITHIN.toSeconds();
  }

  private synchronized void tell(String why) {
    if (!unnamed) {
      unnamed = true;
      LOG.warnf(
          "Redis does not say who it is (%s): %s",
          why,
          clients.isCluster()
              ? "the cache does without a cluster like that"
              : "it is known by the key " + MARK + ", and each lost connection begins an epoch");
    }
  }
}
