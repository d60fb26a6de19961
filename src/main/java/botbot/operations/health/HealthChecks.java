package botbot.operations.health;

import botbot.operations.alert.Troubles;
import botbot.redis.mode.Mode;
import botbot.redis.mode.ModeTracker;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Live: the process answers. Ready: PostgreSQL or Redis can serve something. Well: nothing is
 * degraded; alert on this one, route by the others.
 */
class HealthChecks {

  private final DependencyChecks dependencies;
  private final ModeTracker mode;
  private final Troubles troubles;

  HealthChecks(DependencyChecks dependencies, ModeTracker mode, Troubles troubles) {
    this.dependencies = dependencies;
    this.mode = mode;
    this.troubles = troubles;
  }

  // a dependency that is away is no reason to be killed
  @Produces
  @Singleton
  @Liveness
  HealthCheck live() {
    return () ->
        HealthCheckResponse.named("process").up().withData("mode", dependencies.mode()).build();
  }

  @Produces
  @Singleton
  @Startup
  HealthCheck started() {
    return () ->
        HealthCheckResponse.named("process").up().withData("mode", dependencies.mode()).build();
  }

  @Produces
  @Singleton
  @Readiness
  HealthCheck postgresReady() {
    return () -> dependencies.postgres(answers -> answers || dependencies.redisAnswers());
  }

  @Produces
  @Singleton
  @Readiness
  HealthCheck redisReady() {
    return () -> dependencies.redis(answers -> answers || dependencies.postgresAnswers());
  }

  @Produces
  @Singleton
  @Wellness
  HealthCheck postgresWell() {
    return () -> dependencies.postgres(answers -> answers && dependencies.postgresWrites());
  }

  @Produces
  @Singleton
  @Wellness
  HealthCheck redisWell() {
    return () -> dependencies.redis(answers -> answers && mode.state().mode() == Mode.NORMAL);
  }

  @Produces
  @Singleton
  @Wellness
  HealthCheck nothingIsWrong() {
    return () -> {
      Map<String, String> wrong = troubles.atPresent();
      HealthCheckResponseBuilder check = HealthCheckResponse.named("alerts");
      wrong.forEach(check::withData);
      return check.status(wrong.isEmpty()).build();
    };
  }
}
