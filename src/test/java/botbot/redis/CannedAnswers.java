package botbot.redis;

import botbot.redis.connection.ConnectionGate;
import botbot.redis.connection.Identification;
import botbot.redis.mode.ModeTracker;
import botbot.redis.protocol.Refusals;
import botbot.redis.topology.ClusterSlots;
import botbot.redis.topology.Discovery;
import botbot.redis.topology.RedisClients;
import botbot.redis.topology.RedisSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The door to a real Redis, which answers every GET after the first from what the first brought:
 * for measuring what is spent before and after a command.
 */
@Alternative
@Singleton
public class CannedAnswers extends RedisDoor {

  private volatile @Nullable Future<Response> answer;
  private volatile boolean canned;

  CannedAnswers(
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
    super(vertx, clients, discovery, slots, identification, refusals, settings, gate, mode, meters);
  }

  /** From now on, or no longer. */
  public void can(boolean on) {
    answer = null;
    canned = on;
  }

  @Override
  public Future<Response> sendGated(long epoch, String key, Request request) {
    if (!canned || !request.command().equals(Command.GET)) {
      return super.sendGated(epoch, key, request);
    }
    Future<Response> known = answer;
    if (known == null) {
      known = Future.succeededFuture(GuardedRedis.await(super.sendGated(epoch, key, request)));
      answer = known;
    }
    return known;
  }
}
