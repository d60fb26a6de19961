package botbot.operations.meter;

import botbot.cache.freshness.Look;
import botbot.redis.RedisDoor;
import botbot.redis.mode.Mode;
import botbot.redis.mode.ModeTracker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;

/** How this instance is running, as gauges: one of a kind's states is 1, the others are 0. */
@Singleton
class ServiceMeters {

  private final MeterRegistry registry;
  private final ModeTracker mode;
  private final RedisDoor redis;
  private final Look look;
  private final CircuitBreakerMaintenance breakers;

  ServiceMeters(
      MeterRegistry registry,
      ModeTracker mode,
      RedisDoor redis,
      Look look,
      CircuitBreakerMaintenance breakers) {
    this.registry = registry;
    this.mode = mode;
    this.redis = redis;
    this.look = look;
    this.breakers = breakers;
  }

  void register(@Observes StartupEvent event) {
    for (Mode one : Mode.values()) {
      Gauge.builder("botbot.mode", mode, now -> now.state().mode() == one ? 1 : 0)
          .description("The mode of this instance")
          .tag("mode", one.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    for (CircuitBreakerState one : CircuitBreakerState.values()) {
      Gauge.builder(
              "botbot.redis.breaker", breakers, all -> all.currentState("redis") == one ? 1 : 0)
          .description("The circuit breaker of Redis")
          .tag("state", one.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder("botbot.redis.up", redis, door -> door.available() ? 1 : 0)
        .description("Whether Redis answers")
        .register(registry);
    Gauge.builder("botbot.postgres.up", look, last -> last.database().answers() ? 1 : 0)
        .description("Whether PostgreSQL answers")
        .register(registry);
    Gauge.builder("botbot.postgres.writable", look, last -> last.database().writable() ? 1 : 0)
        .description("Whether PostgreSQL takes writes")
        .register(registry);
    Gauge.builder(
            "botbot.postgres.latency.seconds",
            look,
            last -> last.database().latency().toNanos() / 1e9)
        .description("Time of the last look at PostgreSQL")
        .register(registry);
  }
}
