package botbot.operations;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How an instance was at a moment of the last quarter of an hour, and what it had to do in the time
 * since the sample before.
 *
 * @param hitRates 0 to 1 by the names of the caches in Redis that were read in that time
 * @param redisLatencyMs of the last probe of Redis that was answered, over the slowest connection
 * @param postgresLatencyMs of the last look at PostgreSQL that was answered
 */
@RegisterForReflection
@Schema(
    requiredProperties = {
      "at",
      "mode",
      "traffic",
      "hitRates",
      "redisReachable",
      "redisLatencyMs",
      "postgresReachable",
      "postgresLatencyMs",
      "outboxPending"
    })
record StatusSample(
    Instant at,
    @Schema(enumeration = {"normal", "degraded", "recovering"}) String mode,
    Traffic traffic,
    Map<String, Double> hitRates,
    boolean redisReachable,
    long redisLatencyMs,
    boolean postgresReachable,
    long postgresLatencyMs,
    long outboxPending) {}
