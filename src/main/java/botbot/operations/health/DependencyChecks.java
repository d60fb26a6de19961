package botbot.operations.health;

import botbot.cache.freshness.Look;
import botbot.redis.RedisDoor;
import botbot.redis.mode.Mode;
import botbot.redis.mode.ModeTracker;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Predicate;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * What is known of PostgreSQL and Redis. Nothing is sent to them for it: both are probed several
 * times a second anyway, so that a check answers at once whatever they do.
 */
@Singleton
class DependencyChecks {

  private final Look look;
  private final RedisDoor redis;
  private final ModeTracker mode;

  DependencyChecks(Look look, RedisDoor redis, ModeTracker mode) {
    this.look = look;
    this.redis = redis;
    this.mode = mode;
  }

  boolean postgresAnswers() {
    return look.database().answers();
  }

  boolean postgresWrites() {
    return look.database().writable();
  }

  boolean redisAnswers() {
    return redis.available();
  }

  String mode() {
    return mode.state().mode().name().toLowerCase(Locale.ROOT);
  }

  /** The check of PostgreSQL; it is up if {@code up} says so of whether it answers. */
  HealthCheckResponse postgres(Predicate<Boolean> up) {
    Look.Database seen = look.database();
    HealthCheckResponseBuilder check = check("postgres", seen.answers(), seen.latency(), up);
    return (seen.isWell() ? check : check.withData("cause", seen.cause())).build();
  }

  /** The check of Redis; it is up if {@code up} says so of whether it answers. */
  HealthCheckResponse redis(Predicate<Boolean> up) {
    ModeTracker.State state = mode.state();
    HealthCheckResponseBuilder check = check("redis", redisAnswers(), redis.latency(), up);
    return (state.mode() == Mode.NORMAL ? check : check.withData("cause", state.cause())).build();
  }

  private HealthCheckResponseBuilder check(
      String name, boolean answers, Duration latency, Predicate<Boolean> up) {
    return HealthCheckResponse.named(name)
        .status(up.test(answers))
        .withData("reachable", answers)
        .withData("latencyMs", latency.toMillis())
        .withData("mode", mode());
  }
}
