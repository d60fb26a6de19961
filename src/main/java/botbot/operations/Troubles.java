package botbot.operations;

import botbot.cache.Look;
import botbot.redis.Mode;
import botbot.redis.ModeChanged;
import botbot.redis.ModeTracker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/**
 * What administrators should know of, as this instance sees it. While Redis is away nothing else is
 * told of it: that it is slow and that writes wait for it has the same cause.
 */
@Singleton
class Troubles {

  private static final Duration CORRUPTION_QUIET = Duration.ofMinutes(1);

  private final AlertsConfig config;
  private final ModeTracker mode;
  private final Look look;
  private final RedisReports reports;
  private final SlowRedis slowRedis;
  private final MeterRegistry meters;
  private final Trouble degraded;
  private final Trouble slow;
  private final Trouble outbox;
  private final Trouble memory;
  private final Trouble corruption;
  private double corrupted;

  Troubles(
      AlertsConfig config,
      ModeTracker mode,
      Look look,
      RedisReports reports,
      SlowRedis slowRedis,
      MeterRegistry meters) {
    this.config = config;
    this.mode = mode;
    this.look = look;
    this.reports = reports;
    this.slowRedis = slowRedis;
    this.meters = meters;
    InstantSource clock = InstantSource.system();
    this.degraded = new Trouble(clock, config.resolveAfter());
    this.slow = new Trouble(clock, config.resolveAfter());
    this.outbox = new Trouble(clock, config.resolveAfter());
    this.memory = new Trouble(clock, config.resolveAfter());
    this.corruption = new Trouble(clock, CORRUPTION_QUIET);
  }

  void changed(@ObservesAsync ModeChanged change) {
    if (change.to() == Mode.DEGRADED) {
      degraded.seen("Redis is not in use: " + change.cause());
    }
  }

  /** Names of the alerts that are on, and why. */
  Map<String, String> now() {
    lookAround();
    Map<String, String> on = new TreeMap<>();
    add(on, "degraded", degraded);
    add(on, "redis-memory", memory);
    add(on, "corruption", corruption);
    if (on.containsKey("degraded")) {
      slow.forget();
      outbox.forget();
    } else {
      add(on, "redis-slow", slow);
      add(on, "outbox", outbox);
    }
    return on;
  }

  private static void add(Map<String, String> on, String name, Trouble trouble) {
    String cause = trouble.cause();
    if (cause != null) {
      on.put(name, cause);
    }
  }

  private void lookAround() {
    // a start is no outage; what began as one is over when Redis is in use again
    if (mode.state().mode() == Mode.DEGRADED
        || mode.state().mode() == Mode.RECOVERING && degraded.cause() != null) {
      degraded.seen("Redis is not in use: " + mode.state().cause());
    }
    if (slowRedis.slow()) {
      slow.seen("the 99th percentile of a minute is " + slowRedis.percentileMs() + " ms");
    }
    if (look.database().answers() && look.oldestAge().compareTo(config.outboxAge()) > 0) {
      outbox.seen("a write waits for Redis since " + look.oldestAge().toSeconds() + " s");
    }
    double share = reports.latest().memoryShare();
    if (share > config.memory()) {
      memory.seen("Redis uses %.0f %% of its maxmemory".formatted(share * 100));
    }
    double all = count("botbot.cache.decode.failures") + count("botbot.rate.checks", "corrupted");
    if (all > corrupted) {
      corruption.seen("entries or counters in Redis could not be read and were repaired");
    }
    corrupted = all;
  }

  private double count(String name) {
    return meters.find(name).counters().stream().mapToDouble(Counter::count).sum();
  }

  private double count(String name, String outcome) {
    return meters.find(name).tag("outcome", outcome).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
