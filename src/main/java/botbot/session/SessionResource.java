package botbot.session;

import botbot.access.CallerSpace;
import botbot.access.identity.Role;
import botbot.cache.Written;
import botbot.http.Ids;
import botbot.http.PathSegment;
import botbot.http.ValidId;
import botbot.http.condition.Answers;
import botbot.http.condition.EntityTags;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.page.Batch;
import botbot.http.page.Page;
import botbot.http.patch.JsonPatch;
import botbot.http.patch.MergePatch;
import botbot.http.patch.Patch;
import botbot.http.problem.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Conversation sessions over HTTP. */
@Path("/v1/sessions")
@Tag(name = "sessions", description = "Conversation state")
@RolesAllowed(Role.FRONTEND_NAME)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class SessionResource {

  private final CallerSpace caller;
  private final Sessions sessions;
  private final CachedSessions cached;
  private final SessionsOfUser ofUser;

  SessionResource(
      CallerSpace caller, Sessions sessions, CachedSessions cached, SessionsOfUser ofUser) {
    this.ofUser = ofUser;
    this.caller = caller;
    this.sessions = sessions;
    this.cached = cached;
  }

  /** Creates a session; without {@code id} the service makes a UUIDv7. 409 for a live id. */
  @POST
  @Operation(operationId = "createSession", summary = "Create a session")
  @APIResponse(responseCode = "409", description = "There is a live session of that id")
  @APIResponseSchema(value = Session.class, responseDescription = "Created", responseCode = "201")
  @RunOnVirtualThread
  public Response create(@Valid @NotNull NewSession body) {
    body.body().requireObject();
    String id = body.idOrRandom();
    Session session = cached.create(caller.key(id), body.body());
    return Answers.created(path(id), session, session.version()).build();
  }

  /** Reads a session, which extends it if it slides. */
  @GET
  @Path("{id}")
  @Operation(operationId = "getSession", summary = "Read a session")
  @APIResponseSchema(value = Session.class, responseDescription = "The session")
  @RunOnVirtualThread
  public Response get(@PathParam("id") @ValidId String id, @Context HttpHeaders headers) {
    Preconditions conditions = Preconditions.from(headers);
    Session session = sessions.access(caller.key(id));
    return conditions.answerGet(session, EntityTags.of(session.version()), Map.of());
  }

  /** Replaces a session, or creates it; the TTL starts anew. */
  @PUT
  @Path("{id}")
  @Operation(operationId = "putSession", summary = "Replace or create a session")
  @APIResponseSchema(value = Session.class, responseDescription = "Replaced")
  @RunOnVirtualThread
  public Response put(
      @PathParam("id") @ValidId String id,
      @Valid @NotNull SessionBody body,
      @Context HttpHeaders headers) {
    body.requireObject();
    Written<Session> written = cached.put(caller.key(id), body, Preconditions.from(headers));
    Session session = written.shown();
    return Answers.written(written.created(), path(id), session, session.version()).build();
  }

  /**
   * Applies a JSON Merge Patch (RFC 7396) or a JSON Patch (RFC 6902) to the session as GET shows
   * it, atomically. 409 for a {@code test} that fails, 422 for an operation that cannot be applied.
   */
  @PATCH
  @Path("{id}")
  @Consumes({MergePatch.MEDIA_TYPE, MediaType.APPLICATION_JSON, JsonPatch.MEDIA_TYPE})
  @Operation(operationId = "patchSession", summary = "Change parts of a session")
  @APIResponse(responseCode = "409", description = "A test of the patch does not hold")
  @APIResponse(responseCode = "422", description = "An operation cannot be applied")
  @APIResponseSchema(value = Session.class, responseDescription = "Patched")
  @RunOnVirtualThread
  public Response patch(
      @PathParam("id") @ValidId String id,
      @HeaderParam(HttpHeaders.CONTENT_TYPE) @Parameter(hidden = true) String contentType,
      @NotNull Json body,
      @Context HttpHeaders headers) {
    Patch patch = Patch.of(contentType, body);
    Session session = cached.patch(caller.key(id), patch, Preconditions.from(headers));
    return Answers.changed(session, session.version()).build();
  }

  /** Starts the TTL anew; a {@code ttlSeconds} replaces the session's. */
  @POST
  @Path("{id}/touch")
  @Operation(operationId = "touchSession", summary = "Extend a session")
  @APIResponseSchema(value = Session.class, responseDescription = "Extended", responseCode = "200")
  @RunOnVirtualThread
  public Response touch(@PathParam("id") @ValidId String id, @Valid @Nullable Touch touch) {
    Session session = cached.touch(caller.key(id), touch == null ? null : touch.ttlSeconds());
    return Answers.changed(session, session.version()).build();
  }

  /** Deletes a session. */
  @DELETE
  @Path("{id}")
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "deleteSession", summary = "Delete a session")
  @APIResponse(responseCode = "204", description = "Deleted")
  @RunOnVirtualThread
  public void delete(@PathParam("id") @ValidId String id, @Context HttpHeaders headers) {
    cached.delete(caller.key(id), Preconditions.from(headers));
  }

  /**
   * The user's live sessions, newest first, without their {@code data} on demand. Listing is no
   * access.
   */
  @GET
  @Operation(operationId = "listSessions", summary = "List a user's sessions")
  @RunOnVirtualThread
  public Page<ListedSession> list(
      @QueryParam("userId") @NotNull @ValidId String userId,
      @QueryParam("data")
          @DefaultValue("true")
          @Pattern(regexp = "true|false")
          @Parameter(schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "true"))
          String data,
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    return ofUser.listed(caller.key(userId), data.equals("true"), limit, cursor);
  }

  /**
   * Deletes all sessions of a user at once: no caller sees some of them gone. A session that is
   * made after the answer stays.
   */
  @DELETE
  @Operation(operationId = "deleteSessions", summary = "Delete all of a user's sessions")
  @APIResponseSchema(value = Deleted.class, responseDescription = "Deleted", responseCode = "200")
  @RunOnVirtualThread
  public Deleted deleteAll(@QueryParam("userId") @NotNull @ValidId String userId) {
    return new Deleted(cached.deleteAllOfUser(caller.key(userId)));
  }

  /** Reads up to 100 sessions, which extends those that slide; unknown ones are left out. */
  @POST
  @Path("batch-get")
  @Operation(operationId = "batchGetSessions", summary = "Read several sessions")
  @RunOnVirtualThread
  public Batch<Session> batchGet(@Valid @NotNull Ids body) {
    return sessions.accessAll(body.ids().stream().map(caller::key).toList());
  }

  static String path(String id) {
    return "/v1/sessions/" + PathSegment.of(id);
  }
}
