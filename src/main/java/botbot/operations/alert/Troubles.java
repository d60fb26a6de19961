package botbot.operations.alert;

import botbot.cache.freshness.Look;
import botbot.operations.meter.RedisInfo;
import botbot.operations.meter.RedisReports;
import botbot.operations.meter.SlowRedis;
import botbot.redis.mode.Mode;
import botbot.redis.mode.ModeChanged;
import botbot.redis.mode.ModeTracker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What administrators should know of, as this instance sees it. While Redis is away nothing else is
 * told of it: that it is slow and that writes wait for it has the same cause.
 */
@Singleton
public class Troubles {

  private static final String DEGRADED = "degraded";
  private static final String SLOW = "redis-slow";
  private static final String OUTBOX = "outbox";
  private static final String POSTGRES = "postgres-refuses";
  private static final String MEMORY = "redis-memory";
  private static final String EVICTS = "redis-evicts";
  private static final String CORRUPTION = "corruption";

  /** An event, not a state, is over when it has not come again for longer. */
  private static final int QUIETER = 4;

  private final AlertsConfig config;
  private final ModeTracker mode;
  private final Look look;
  private final RedisReports reports;
  private final SlowRedis slowRedis;
  private final MeterRegistry meters;
  private final Map<String, Trouble> troubles;
  private double corrupted;
  private double evicted = Double.NaN;

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
    Duration quiet = config.resolveAfter();
    this.troubles =
        Map.of(
            DEGRADED, new Trouble(clock, quiet),
            SLOW, new Trouble(clock, quiet),
            OUTBOX, new Trouble(clock, quiet),
            POSTGRES, new Trouble(clock, quiet),
            MEMORY, new Trouble(clock, quiet),
            EVICTS, new Trouble(clock, quiet.multipliedBy(QUIETER)),
            CORRUPTION, new Trouble(clock, quiet.multipliedBy(QUIETER)));
  }

  void changed(@ObservesAsync ModeChanged change) {
    if (change.to() == Mode.DEGRADED) {
      trouble(DEGRADED).seen(degraded(change.trouble(), change.cause()));
    }
  }

  /** Names of the alerts that are on, and why: what is wrong, or was until just now. */
  Map<String, String> now() {
    atPresent().forEach((name, cause) -> trouble(name).seen(cause));
    double all = count("botbot.cache.decode.failures") + count("botbot.rate.checks", "corrupted");
    if (all > corrupted) {
      trouble(CORRUPTION).seen("entries or counters in Redis could not be read and were repaired");
    }
    corrupted = all;
    RedisInfo redis = reports.lastKnown();
    if (redis.evictedKeys() > evicted) {
      trouble(EVICTS)
          .seen(
              "Redis evicts keys (maxmemory-policy %s), rate counters may be among them"
                  .formatted(redis.evictionPolicy()));
    }
    evicted = redis.evictedKeys();
    if (trouble(DEGRADED).cause() != null) {
      trouble(SLOW).forget();
      trouble(OUTBOX).forget();
    }
    Map<String, String> on = new TreeMap<>();
    troubles.forEach(
        (name, trouble) -> {
          String cause = trouble.cause();
          if (cause != null) {
            on.put(name, cause);
          }
        });
    return on;
  }

  /** What is wrong at this moment, by the name of its alert. */
  public Map<String, String> atPresent() {
    Map<String, String> wrong = new TreeMap<>();
    ModeTracker.State state = mode.state();
    // a start is no outage; what began as one is over when Redis is in use again
    if (state.mode() == Mode.DEGRADED
        || state.mode() == Mode.RECOVERING && trouble(DEGRADED).cause() != null) {
      wrong.put(DEGRADED, degraded(state.trouble(), state.cause()));
    }
    if (slowRedis.slow()) {
      wrong.put(SLOW, "the 99th percentile of a minute is " + slowRedis.percentileMs() + " ms");
    }
    if (look.database().answers() && look.oldestAge().compareTo(config.outboxAge()) > 0) {
      wrong.put(OUTBOX, "a write waits for Redis since " + look.oldestAge().toSeconds() + " s");
    }
    Look.Database database = look.database();
    // one that does not answer is told by its own check, and by what scrapes this instance
    if (!database.isWell() && !database.cause().equals(Look.AWAY)) {
      wrong.put(POSTGRES, database.cause());
    }
    // a report that is late or missed says nothing
    double share = reports.lastKnown().memoryShare();
    if (state.trouble() != ModeTracker.Trouble.REDIS && share > config.memory()) {
      wrong.put(MEMORY, "Redis uses %.0f %% of its maxmemory".formatted(share * 100));
    }
    return wrong;
  }

  /** The alerts that are on, by name, as of the last look. */
  public List<Alert> open() {
    List<Alert> open = new ArrayList<>();
    new TreeMap<>(troubles)
        .forEach(
            (name, trouble) -> {
              String cause = trouble.cause();
              if (cause != null) {
                open.add(new Alert(name, cause, trouble.began()));
              }
            });
    return open;
  }

  private Trouble trouble(String name) {
    return Objects.requireNonNull(troubles.get(name));
  }

  private static String degraded(ModeTracker.Trouble trouble, String cause) {
    return switch (trouble) {
      case REDIS, NONE -> "Redis is not in use: " + cause;
      case PART -> "A part of Redis is not in use: " + cause;
      case REFUSAL, DATABASE -> cause;
    };
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
