package botbot.operations;

import botbot.erasure.ErasureState;
import botbot.operations.alert.Alert;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How this instance is running.
 *
 * @param mode {@code normal}, {@code degraded} or {@code recovering}
 * @param since when it entered that mode
 * @param caches by name, since the start of this instance
 * @param traffic of the last seconds
 * @param alerts what this instance sees to be wrong, or has until just now
 */
@RegisterForReflection
@Schema(
    requiredProperties = {
      "mode",
      "since",
      "redis",
      "postgres",
      "caches",
      "outbox",
      "traffic",
      "alerts"
    })
record Status(
    @Schema(enumeration = {"normal", "degraded", "recovering"}) String mode,
    Instant since,
    Redis redis,
    Postgres postgres,
    Map<String, CacheCounts> caches,
    Outbox outbox,
    Traffic traffic,
    List<Alert> alerts,
    @Nullable ErasureState erasures) {

  /**
   * Redis: {@code cause} says why the mode is what it is; {@code epoch} is 0 before the first;
   * {@code evictionPolicy} is its {@code maxmemory-policy}, {@code unknown} where it does not tell,
   * and {@code evictedKeys} counts since its start.
   */
  @RegisterForReflection
  record Redis(
      boolean reachable,
      long latencyMs,
      String cause,
      long epoch,
      String evictionPolicy,
      long evictedKeys) {}

  /** PostgreSQL: {@code cause} says what is wrong with it, and is empty while nothing is. */
  @RegisterForReflection
  record Postgres(boolean reachable, boolean writable, long latencyMs, String cause) {}

  /** Reads of a cache: {@code hitRate} is 0 to 1, and 0 before the first read. */
  @RegisterForReflection
  record CacheCounts(long hits, long misses) {
    static final CacheCounts NONE = new CacheCounts(0, 0);

    @JsonProperty
    double hitRate() {
      return hits + misses == 0 ? 0 : (double) hits / (hits + misses);
    }
  }

  /** Writes that Redis may not know yet, in all instances together. */
  @RegisterForReflection
  record Outbox(long pending, long oldestAgeMs) {}
}
