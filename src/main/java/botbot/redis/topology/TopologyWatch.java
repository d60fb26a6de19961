package botbot.redis.topology;

import botbot.redis.protocol.ConnectFaults;
import botbot.redis.protocol.Host;
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
 * soon after somebody says that what is known is out of date, and hears from every sentinel of
 * failovers.
 */
@Singleton
final class TopologyWatch {

  private static final Logger LOG = Logger.getLogger(TopologyWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Until it is known who else is there, all hangs on the hosts that are named. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** Between two looks there is at least so much, however many ask for one. */
  private static final Duration SOON = Duration.ofMillis(100);

  private final ContextInternal loop;
  private final RedisClients clients;
  private final Discovery discovery;
  private final ClusterSlots slots;
  private final KnownHosts known;
  private final Failover failover;
  private final Map<Host, SentinelSubscription> subscriptions = new HashMap<>();
  private long nextLook = -1;
  private boolean looking;
  private boolean outdated;
  private boolean stopped;

  TopologyWatch(
      Vertx vertx,
      RedisClients clients,
      Discovery discovery,
      ClusterSlots slots,
      KnownHosts known,
      Failover failover) {
    this.loop = ((VertxInternal) vertx).createEventLoopContext();
    this.clients = clients;
    this.discovery = discovery;
    this.slots = slots;
    this.known = known;
    this.failover = failover;
  }

  void start(@Observes StartupEvent event) {
    slots.onOutdated(() -> loop.runOnContext(ignored -> lookSoon()));
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

  /** What is known is out of date: many tell of it at once, and again until it is not. */
  private void lookSoon() {
    // not later for each who asks: while calls are sent on, they ask all the time
    if (outdated) {
      return;
    }
    outdated = true;
    if (!looking && loop.owner().cancelTimer(nextLook)) {
      lookIn(SOON);
    }
  }

  private void lookIn(Duration pause) {
    if (!stopped) {
      nextLook = loop.owner().setTimer(pause.toMillis(), timer -> look());
    }
  }

  private void look() {
    looking = true;
    outdated = false;
    discovery
        .learn(loop)
        .onFailure(
            error -> {
              LOG.debugf("Nothing learned of the servers: %s", error.getMessage());
              slots.unknown(ConnectFaults.of(error));
            })
        .onComplete(
            learned -> {
              looking = false;
              // who asks after a failure has it repeated sooner
              outdated &= learned.succeeded();
              if (!stopped) {
                subscribe();
              }
              lookIn(learned.failed() ? AGAIN : outdated ? SOON : INTERVAL);
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
