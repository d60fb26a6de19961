package botbot.redis;

import botbot.redis.protocol.RedisUnavailable;
import botbot.redis.topology.RedisClients;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.faulttolerance.api.Guard;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.temporal.ChronoUnit;

/**
 * The one guard of idempotent commands. Its figures are those below, unless {@code
 * quarkus.fault-tolerance."redis".*} says otherwise.
 */
class RedisGuard {

  // a singleton: the Guard API cannot be proxied
  @Produces
  @Singleton
  @Startup
  @Identifier("redis")
  static Guard guard(RedisClients clients) {
    return Guard.create()
        .withDescription("redis")
        .withRetry()
        .maxRetries(2)
        .delay(10, ChronoUnit.MILLIS)
        .jitter(5, ChronoUnit.MILLIS)
        .withExponentialBackoff()
        .factor(2)
        .done()
        .whenException(RedisUnavailable::isWorthRetrying)
        .done()
        .withCircuitBreaker()
        .name("redis")
        .requestVolumeThreshold(20)
        .failureRatio(0.5)
        .delay(500, ChronoUnit.MILLIS)
        .successThreshold(1)
        // in a cluster one primary's outage is not that of the others
        .when(error -> !clients.isCluster() && isOutage(error))
        .done()
        .build();
  }

  private static boolean isOutage(Throwable error) {
    return error instanceof RedisUnavailable unavailable
        && unavailable.reason() != RedisUnavailable.Reason.NOT_ADMITTED;
  }
}
