package botbot.redis;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.RedisClientType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Keeps up with the servers of a cluster or of Sentinel: asks now and then which there are, and
 * hears from every sentinel of failovers.
 */
@Singleton
final class TopologyWatch {

  private static final Logger LOG = Logger.getLogger(TopologyWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Until it is known who else is there, all hangs on the hosts that are named. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final ContextInternal loop;
  private final RedisClients clients;
  private final Discovery discovery;
  private final KnownHosts known;
  private final Failover failover;
  private final Map<Host, SentinelSubscription> subscriptions = new HashMap<>();
  private boolean stopped;

  TopologyWatch(
      Vertx vertx, RedisClients clients, Discovery discovery, KnownHosts known, Failover failover) {
    this.loop = ((VertxInternal) vertx).createEventLoopContext();
    this.clients = clients;
    this.discovery = discovery;
    this.known = known;
    this.failover = failover;
  }

  void start(@Observes StartupEvent event) {
    if (clients.type() == RedisClientType.CLUSTER || clients.type() == RedisClientType.SENTINEL) {
      loop.runOnContext(ignored -> look());
    }
  }

  void stop(@Observes ShutdownEvent event) {
    loop.runOnContext(
        ignored -> {
          stopped = true;
          subscriptions.values().forEach(SentinelSubscription::close);
        });
  }

  private void look() {
    discovery
        .learn(loop)
        .onFailure(error -> LOG.debugf("Nothing learned of the servers: %s", error.getMessage()))
        .onComplete(
            learned -> {
              if (!stopped) {
                subscribe();
                Duration pause = learned.succeeded() ? INTERVAL : AGAIN;
                loop.owner().setTimer(pause.toMillis(), timer -> look());
              }
            });
  }

  private void subscribe() {
    if (clients.type() == RedisClientType.SENTINEL) {
      Set<Host> sentinels = known.all();
      subscriptions
          .entrySet()
          .removeIf(
              one -> {
                boolean gone = !sentinels.contains(one.getKey());
                if (gone) {
                  one.getValue().close();
                }
                return gone;
              });
      sentinels.forEach(sentinel -> subscriptions.computeIfAbsent(sentinel, this::subscription));
    }
  }

  private SentinelSubscription subscription(Host sentinel) {
    SentinelSubscription subscription = new SentinelSubscription(loop, clients, sentinel, failover);
    subscription.open();
    return subscription;
  }
}
