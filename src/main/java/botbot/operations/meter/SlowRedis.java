package botbot.operations.meter;

import botbot.operations.meter.LatencyWindow.Sample;
import botbot.redis.mode.Mode;
import botbot.redis.mode.ModeChanged;
import botbot.redis.mode.ModeTracker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Watches how fast Redis answers: one warning when it becomes slow, one line when it recovers. An
 * outage is another matter: only a whole minute without one is judged.
 */
@Singleton
public class SlowRedis {

  private static final Logger LOG = Logger.getLogger(SlowRedis.class);
  private static final long PERIOD_MS = 5_000;
  private static final int SAMPLES_OF_A_MINUTE = 13;
  private static final int LEAST_COMMANDS = 50;

  private final MeterRegistry registry;
  private final ModeTracker mode;
  private final Vertx vertx;
  private final double bound;
  private final LatencyWindow minute = new LatencyWindow(SAMPLES_OF_A_MINUTE, LEAST_COMMANDS);
  private long timer = -1;
  private volatile double percentile = Double.NaN;
  private volatile boolean slow;

  SlowRedis(MeterRegistry registry, ModeTracker mode, Vertx vertx, RedisWatchConfig config) {
    this.registry = registry;
    this.mode = mode;
    this.vertx = vertx;
    this.bound = config.slow().toNanos() / 1e9;
  }

  void start(@Observes StartupEvent event) {
    Gauge.builder("botbot.redis.slow", this, me -> me.slow ? 1 : 0)
        .description("1 while Redis is slower than botbot.redis.slow")
        .register(registry);
    Gauge.builder("botbot.redis.command.p99.seconds", this, me -> me.percentile)
        .description("99th percentile of the answers of Redis over a minute")
        .register(registry);
    timer = vertx.setPeriodic(PERIOD_MS, id -> watch());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  /** Whether Redis is slow now. */
  public boolean slow() {
    return slow;
  }

  /** The 99th percentile over a minute in milliseconds. */
  public long percentileMs() {
    return Math.round(percentile * 1e3);
  }

  /** However short, an outage spoils the minute. */
  synchronized void changed(@ObservesAsync ModeChanged change) {
    if (change.to() == Mode.DEGRADED) {
      minute.clear();
      percentile = Double.NaN;
      slow = false;
    }
  }

  private synchronized void watch() {
    // recovering is no outage: a slow Redis has writes wait for it now and then
    if (mode.state().mode() == Mode.DEGRADED) {
      minute.clear();
    } else {
      minute.add(sample());
    }
    percentile = minute.percentile(0.99);
    boolean now = percentile > bound;
    if (now && !slow) {
      LOG.warnf(
          "Redis is slow: p99 over a minute is %d ms, above %d ms",
          percentileMs(), Math.round(bound * 1e3));
    } else if (slow && !now) {
      LOG.info("Redis is no longer slow");
    }
    slow = now;
  }

  private Sample sample() {
    return Sample.of(registry.find("botbot.redis.command").timers());
  }
}
