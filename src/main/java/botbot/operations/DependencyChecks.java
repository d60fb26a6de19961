package botbot.operations;

import botbot.cache.Look;
import botbot.redis.ModeTracker;
import botbot.redis.RedisDoor;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.function.Predicate;
import org.eclipse.microprofile.health.HealthCheckResponse;

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

  boolean redisAnswers() {
    return redis.available();
  }

  String mode() {
    return mode.state().mode().name().toLowerCase(Locale.ROOT);
  }

  /** The check of PostgreSQL; it is up if {@code up} says so of whether it answers. */
  HealthCheckResponse postgres(Predicate<Boolean> up) {
    return response("postgres", postgresAnswers(), look.database().latency().toMillis(), up);
  }

  /** The check of Redis; it is up if {@code up} says so of whether it answers. */
  HealthCheckResponse redis(Predicate<Boolean> up) {
    return response("redis", redisAnswers(), redis.latency().toMillis(), up);
  }

  private HealthCheckResponse response(
      String name, boolean answers, long latencyMs, Predicate<Boolean> up) {
    return HealthCheckResponse.named(name)
        .status(up.test(answers))
        .withData("reachable", answers)
        .withData("latencyMs", latencyMs)
        .withData("mode", mode())
        .build();
  }
}
