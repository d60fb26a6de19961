package botbot.operations;

import botbot.access.identity.Role;
import botbot.cache.freshness.Epochs;
import botbot.cache.freshness.Look;
import botbot.erasure.ErasureState;
import botbot.erasure.Erasures;
import botbot.http.problem.Problem;
import botbot.http.problem.Unavailable;
import botbot.operations.alert.Troubles;
import botbot.operations.meter.RedisInfo;
import botbot.operations.meter.RedisReports;
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
  private final Caches caches;
  private final History history;
  private final Troubles troubles;
  private final Erasures erasures;

  StatusResource(
      ModeTracker mode,
      RedisDoor redis,
      RedisReports reports,
      Look look,
      Epochs epochs,
      Caches caches,
      History history,
      Troubles troubles,
      Erasures erasures) {
    this.erasures = erasures;
    this.mode = mode;
    this.redis = redis;
    this.reports = reports;
    this.look = look;
    this.epochs = epochs;
    this.caches = caches;
    this.history = history;
    this.troubles = troubles;
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
        caches.counts(),
        new Status.Outbox(look.pending(), look.oldestAge().toMillis()),
        history.now(),
        troubles.open(),
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

  /** The last quarter of an hour of this instance, a sample every 5 s. */
  @GET
  @Path("history")
  @Operation(
      operationId = "getStatusHistory",
      summary = "Read the last quarter of an hour of this instance")
  public StatusHistory history() {
    return history.all();
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
