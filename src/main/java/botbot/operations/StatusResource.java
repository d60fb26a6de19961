package botbot.operations;

import botbot.access.Role;
import botbot.cache.CacheMeters;
import botbot.cache.CacheStatus.Outcome;
import botbot.cache.freshness.Epochs;
import botbot.cache.freshness.Look;
import botbot.erasure.ErasureState;
import botbot.erasure.Erasures;
import botbot.http.problem.Problem;
import botbot.http.problem.Unavailable;
import botbot.operations.Status.CacheCounts;
import botbot.redis.RedisDoor;
import botbot.redis.mode.ModeTracker;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The state of this instance, for administrators. */
@Path("/v1/status")
@Tag(name = "status", description = "The state of an instance")
@RolesAllowed(Role.ADMIN_NAME)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class StatusResource {

  private final ModeTracker mode;
  private final RedisDoor redis;
  private final RedisReports reports;
  private final Look look;
  private final Epochs epochs;
  private final CacheMeters meters;
  private final Erasures erasures;

  StatusResource(
      ModeTracker mode,
      RedisDoor redis,
      RedisReports reports,
      Look look,
      Epochs epochs,
      CacheMeters meters,
      Erasures erasures) {
    this.erasures = erasures;
    this.mode = mode;
    this.redis = redis;
    this.reports = reports;
    this.look = look;
    this.epochs = epochs;
    this.meters = meters;
  }

  /** Mode, dependencies, hit rates and outbox, as this instance sees them. */
  @GET
  @Operation(operationId = "getStatus", summary = "Read the state of this instance")
  public Status status() {
    ModeTracker.State state = mode.state();
    Look.Database database = look.database();
    RedisInfo report = reports.lastKnown();
    return new Status(
        state.mode().name().toLowerCase(Locale.ROOT),
        state.since(),
        new Status.Redis(
            redis.available(),
            redis.latency().toMillis(),
            state.cause(),
            epochs.number(),
            report.evictionPolicy(),
            (long) report.evictedKeys()),
        new Status.Postgres(
            database.answers(),
            database.writable(),
            database.latency().toMillis(),
            database.cause()),
        caches(),
        new Status.Outbox(look.pending(), look.oldestAge().toMillis()),
        database.answers() ? erasures() : null);
  }

  /** Null while PostgreSQL does not answer. */
  private @Nullable ErasureState erasures() {
    try {
      return erasures.state();
    } catch (SQLException e) {
      return null;
    }
  }

  private Map<String, CacheCounts> caches() {
    Map<String, CacheCounts> caches = new TreeMap<>();
    meters
        .reads()
        .forEach(
            (cache, reads) -> {
              long hits =
                  reads.get(Outcome.HIT)
                      + reads.get(Outcome.UNVERIFIED)
                      + reads.get(Outcome.LOCAL_HIT);
              long all = reads.values().stream().mapToLong(Long::longValue).sum();
              caches.put(cache, new CacheCounts(hits, all - hits));
            });
    return caches;
  }

  /** Lets the cache start empty, on every instance; rate counters stay. */
  @POST
  @Path("new-epoch")
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "startNewEpoch", summary = "Start with an empty cache")
  @APIResponse(responseCode = "204", description = "The cache starts empty")
  public void newEpoch() {
    try {
      epochs.startNew("an administrator asked for it");
    } catch (SQLException e) {
      throw new Unavailable("PostgreSQL is not reachable.", Duration.ofSeconds(1));
    }
  }
}
