package botbot.ratelimit;

import botbot.http.Unavailable;
import botbot.space.Space;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.virtual.threads.VirtualThreads;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The policies as this process holds them, at most one refresh behind PostgreSQL. They go on being
 * in force while PostgreSQL is away; an instance that starts without it has none, and refuses
 * checks (503) until it has read them once, since "no policy" would mean "no limit".
 */
@Singleton
class PoliciesInForce {

  private static final Logger LOG = Logger.getLogger(PoliciesInForce.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final PolicyTable table;
  private final RateMeters meters;
  private final Denials denials;
  private final Vertx vertx;
  private final ExecutorService blocking;
  private final long refreshMs;
  private final long patienceMs;
  private final Promise<InForce> loaded = Promise.promise();
  private final ReentrantLock refreshing = new ReentrantLock();
  private volatile @Nullable InForce current;
  private volatile boolean stopped;
  private boolean failing;

  PoliciesInForce(
      PolicyTable table,
      RateMeters meters,
      Denials denials,
      Vertx vertx,
      @VirtualThreads ExecutorService blocking,
      RateConfig config) {
    this.table = table;
    this.meters = meters;
    this.denials = denials;
    this.vertx = vertx;
    this.blocking = blocking;
    this.refreshMs = config.policyRefresh().toMillis();
    this.patienceMs = config.policyWait().toMillis();
  }

  void start(@Observes StartupEvent event) {
    blocking.execute(this::poll);
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
  }

  /** What is in force; null before the policies were read for the first time. */
  @Nullable InForce current() {
    return current;
  }

  /** What is in force once it was read; fails with {@link Unavailable} if that takes long. */
  Future<InForce> firstLoad() {
    Promise<InForce> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            patienceMs,
            late -> promise.tryFail(new Unavailable("The policies are not known yet.", RETRY)));
    loaded
        .future()
        .onSuccess(
            set -> {
              vertx.cancelTimer(timer);
              promise.tryComplete(set);
            });
    return promise.future();
  }

  private void poll() {
    refresh();
    vertx.setTimer(refreshMs, timer -> pollAgain());
  }

  // after the stop there is no executor any more, and asking for it would be an error in the log
  private void pollAgain() {
    if (!stopped) {
      blocking.execute(this::poll);
    }
  }

  /** Reads what has changed since; when that fails, what is held stays in force. Blocks. */
  void refresh() {
    refreshing.lock();
    try {
      InForce held = current;
      if (held == null || held.revision() != table.revision()) {
        install(table.load());
      }
      if (failing) {
        LOG.info("The rate policies can be read again");
      }
      failing = false;
    } catch (RuntimeException e) {
      // whatever it is, the next look may succeed
      if (!failing) {
        LOG.warnf("The rate policies cannot be read: %s", e.getMessage());
      }
      failing = true;
    } finally {
      refreshing.unlock();
    }
  }

  private void install(PolicyTable.Content content) {
    Map<Space, RuleSet> bySpace = new HashMap<>();
    content
        .policies()
        .forEach(
            (space, policies) -> {
              String prefix = content.deployment().ratePrefix(space);
              List<Rule> rules =
                  policies.stream()
                      .map(policy -> new Rule(prefix, policy, meters.of(space.key(policy.name()))))
                      .toList();
              bySpace.put(space, new RuleSet(space, rules));
            });
    InForce set = new InForce(content.revision(), bySpace);
    current = set;
    loaded.tryComplete(set);
    denials.forgetAll();
    meters.inForce(content.policies());
  }
}
