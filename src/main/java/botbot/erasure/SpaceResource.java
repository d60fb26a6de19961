package botbot.erasure;

import botbot.access.identity.Caller;
import botbot.access.identity.Role;
import botbot.http.ValidName;
import botbot.http.page.Cursor;
import botbot.http.page.Page;
import botbot.http.problem.Problem;
import botbot.http.problem.ProblemException;
import botbot.space.Space;
import io.quarkus.security.identity.SecurityIdentity;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Spaces over HTTP, for those that may work in every one. */
@Path("/v1/spaces")
@Tag(name = "spaces", description = "Worlds of their own")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class SpaceResource {

  private final SpaceTable spaces;
  private final ErasureWorker worker;
  private final SecurityIdentity identity;

  SpaceResource(SpaceTable spaces, ErasureWorker worker, SecurityIdentity identity) {
    this.spaces = spaces;
    this.worker = worker;
    this.identity = identity;
  }

  /** The spaces that have a client or hold anything, by name; {@code limit} 1 to 200. */
  @GET
  @RolesAllowed(Role.FRONTEND_NAME)
  @Operation(operationId = "listSpaces", summary = "List the spaces")
  public Page<SpaceSummary> list(
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    requireEverywhere();
    String after = Cursor.parse(cursor, 1).map(position -> position.text(0)).orElse("");
    return Page.of(spaces.list(after, limit + 1), limit, space -> Cursor.of(space.name()));
  }

  /**
   * Erases a space and everything in it, in the background: within a minute for each million rows.
   * 409 while clients belong to it; what is written later than this stays.
   */
  @DELETE
  @Path("{name}")
  @RolesAllowed(Role.ADMIN_NAME)
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "eraseSpace", summary = "Erase a space")
  @APIResponse(responseCode = "202", description = "Accepted")
  @APIResponse(responseCode = "409", description = "Clients belong to it")
  public Response erase(@PathParam("name") @ValidName String name) {
    requireEverywhere();
    spaces.erase(new Space(name));
    worker.wake();
    return Response.accepted().build();
  }

  private void requireEverywhere() {
    if (!(identity.getPrincipal() instanceof Caller caller && caller.everywhere())) {
      throw new ProblemException(403, "This key opens its own space only.");
    }
  }
}
