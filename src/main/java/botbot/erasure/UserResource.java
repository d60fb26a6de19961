package botbot.erasure;

import botbot.access.CallerSpace;
import botbot.access.identity.Role;
import botbot.http.ValidId;
import botbot.http.json.Json;
import botbot.http.page.Page;
import botbot.http.problem.Missing;
import botbot.space.Key;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A user's rights over HTTP: to see what is kept of them, and to have it erased. */
@Path("/v1/users")
@Tag(name = "users", description = "What is kept of a user")
@RolesAllowed(Role.FRONTEND_NAME)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class UserResource {

  private static final Logger LOG = Logger.getLogger(UserResource.class);

  /** The longest that the counters of an erased user are waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Json NONE = new Json("{}");

  private final CallerSpace caller;
  private final UserErasure erasure;
  private final UserSessions sessions;
  private final UserPreferences preferences;
  private final RateLimits limits;
  private final ErasureWorker worker;

  UserResource(
      CallerSpace caller,
      UserErasure erasure,
      UserSessions sessions,
      UserPreferences preferences,
      RateLimits limits,
      ErasureWorker worker) {
    this.caller = caller;
    this.erasure = erasure;
    this.sessions = sessions;
    this.preferences = preferences;
    this.limits = limits;
    this.worker = worker;
  }

  /**
   * Everything that is kept of a user, as a download: preferences, and the live sessions in parts.
   * 404 if there is nothing.
   */
  @GET
  @Path("{userId}")
  @Operation(operationId = "exportUser", summary = "Read everything that is kept of a user")
  @APIResponseSchema(value = UserExport.class, responseDescription = "What is kept")
  @APIResponse(responseCode = "404", description = "Nothing is kept of this user")
  public Response export(
      @PathParam("userId") @ValidId String userId,
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    Key user = caller.key(userId);
    Page<?> page = sessions.page(user, limit, cursor);
    Optional<Json> preferred = preferences.find(user);
    if (page.items().isEmpty() && preferred.isEmpty() && cursor == null) {
      throw new Missing("Nothing is kept of user \"" + userId + "\".");
    }
    UserExport export =
        new UserExport(userId, preferred.orElse(NONE), page.items(), page.nextCursor());
    return Response.ok(export)
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"user.json\"")
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  /**
   * Erases the sessions and preferences of a user, and the rate counters whose subject the user is.
   * After the answer no caller sees them; within 15 minutes nothing of them is left in PostgreSQL's
   * tables or in Redis. Scratch values, and subjects of other spellings, are the caller's to
   * delete.
   */
  @DELETE
  @Path("{userId}")
  @Operation(operationId = "eraseUser", summary = "Erase everything that is kept of a user")
  @APIResponse(responseCode = "200", description = "Erased")
  public Erased erase(@PathParam("userId") @ValidId String userId) {
    Key user = caller.key(userId);
    Erased erased = erasure.erase(user);
    worker.wake();
    // it is committed, so this cannot fail any more: what is not done here, the worker does
    limits
        .forget(user)
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .invoke(fault -> LOG.debugf(fault, "Counters of a user are left to the sweep of Redis"))
        .onFailure()
        .recoverWithNull()
        .await()
        .indefinitely();
    return erased;
  }
}
