package botbot.ratelimit.policy;

import botbot.http.DatabaseFaults;
import botbot.http.problem.Unavailable;
import botbot.ratelimit.rule.RateConfig;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.RuleSet;
import botbot.space.Space;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.virtual.threads.VirtualThreads;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The policies as this process holds them, less than a second behind PostgreSQL. While they are
 * asked for PostgreSQL is asked whether they have changed; who was idle asks before the first
 * answer. They go on being in force while PostgreSQL is away; an instance that starts without it
 * has none, and refuses checks (503) until it has read them once, since "no policy" would mean "no
 * limit".
 */
@Singleton
public class PoliciesInForce {

  private static final Logger LOG = Logger.getLogger(PoliciesInForce.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** For how long after a refresh began its result is in force without another. */
  private static final long YOUNG = TimeUnit.MILLISECONDS.toNanos(900);

  /** Who has asked for nothing for this long is idle. */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

  /** How often the policies are refreshed all the same, for the meters. */
  private static final long SELDOM = TimeUnit.SECONDS.toNanos(30);

  /** The longest that is waited for a refresh when older policies are at hand. */
  private static final long PATIENCE_MS = 500;

  private final PolicyTable table;
  private final RateMeters meters;
  private final PolicyChangeListener listener;
  private final VertxInternal vertx;
  private final ExecutorService blocking;
  private final long refreshMs;
  private final long patienceMs;
  private final Promise<InForce> loaded = Promise.promise();
  private final ReentrantLock refreshing = new ReentrantLock();
  private final AtomicReference<@Nullable Promise<Void>> underWay = new AtomicReference<>();
  private volatile @Nullable InForce current;
  private volatile long refreshedAt = System.nanoTime() - SELDOM;
  private volatile long usedAt = System.nanoTime();
  private volatile boolean unanswered;
  private volatile boolean stopped;
  private boolean failing;
  private long timer = -1;

  PoliciesInForce(
      PolicyTable table,
      RateMeters meters,
      PolicyChangeListener listener,
      Vertx vertx,
      @VirtualThreads ExecutorService blocking,
      RateConfig config) {
    this.table = table;
    this.meters = meters;
    this.listener = listener;
    this.vertx = (VertxInternal) vertx;
    this.blocking = blocking;
    this.refreshMs = config.policyRefresh().toMillis();
    this.patienceMs = config.policyWait().toMillis();
  }

  void start(@Observes StartupEvent event) {
    refreshSoon();
    timer = vertx.setPeriodic(refreshMs, id -> poll());
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  private void poll() {
    long now = System.nanoTime();
    if (now - usedAt < IDLE || unanswered || current == null || now - refreshedAt > SELDOM) {
      refreshSoon();
    }
  }

  /** What is in force now; null where PostgreSQL must be asked first, as {@link #read} does. */
  @Nullable
  public InForce current() {
    long now = System.nanoTime();
    if (now - usedAt > IDLE / 10) {
      usedAt = now;
    }
    return unanswered || now - refreshedAt < YOUNG ? current : null;
  }

  /** Whether there is anything that {@link #read} could fall back on. */
  public boolean areKnown() {
    return current != null;
  }

  /**
   * What is in force after PostgreSQL was asked, or what was last, if that takes long; fails with
   * {@link Unavailable} if nothing was ever known and that takes long.
   */
  public Future<InForce> read() {
    InForce held = current;
    if (held == null) {
      return within(patienceMs, loaded.future())
          .recover(
              late ->
                  Future.failedFuture(new Unavailable("The policies are not known yet.", RETRY)));
    }
    return within(PATIENCE_MS, refreshSoon())
        .transform(
            done -> {
              if (done.failed()) {
                unanswered = true;
              }
              return Future.succeededFuture(Objects.requireNonNullElse(current, held));
            });
  }

  /** The same on the caller's event loop, unless it takes longer. */
  private <T> Future<T> within(long ms, Future<T> future) {
    Promise<T> promise = vertx.getOrCreateContext().promise();
    long late = vertx.setTimer(ms, id -> promise.tryFail(new TimeoutException()));
    future
        .onSuccess(promise::tryComplete)
        .onFailure(promise::tryFail)
        .onComplete(done -> vertx.cancelTimer(late));
    return promise.future();
  }

  /** Begins a refresh, or joins the one that is under way. */
  private Future<Void> refreshSoon() {
    Promise<Void> mine = Promise.promise();
    Promise<Void> other = underWay.compareAndExchange(null, mine);
    if (other != null) {
      return other.future();
    }
    // after the stop there is no executor any more, and asking for it would be an error in the log
    if (!stopped) {
      blocking.execute(
          () -> {
            refresh();
            underWay.set(null);
            mine.complete();
          });
    }
    return mine.future();
  }

  /** Reads what has changed since; when that fails, what is held stays in force. Blocks. */
  void refresh() {
    refreshing.lock();
    try {
      long began = System.nanoTime();
      InForce held = current;
      if (held == null || held.revision() != table.revision()) {
        install(table.load());
      }
      refreshedAt = began;
      unanswered = false;
      if (failing) {
        LOG.info("The rate policies can be read again");
      }
      failing = false;
    } catch (SQLException | RuntimeException e) {
      // whatever it is, the next look may succeed
      if (!failing) {
        LOG.warnf("The rate policies cannot be read: %s", DatabaseFaults.cause(e));
      }
      failing = true;
      unanswered = true;
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
    listener.policiesChanged();
    meters.inForce(content.policies());
  }
}
