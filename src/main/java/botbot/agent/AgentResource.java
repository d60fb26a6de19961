package botbot.agent;

import botbot.access.identity.Role;
import botbot.document.DocumentCalls;
import botbot.document.Rollback;
import botbot.http.Ids;
import botbot.http.ValidName;
import botbot.http.page.Batch;
import botbot.http.page.Page;
import botbot.http.problem.BadInput;
import botbot.http.problem.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Agents' configurations over HTTP. */
@Path("/v1/agents")
@Tag(name = "agents", description = "Configurations of agents")
@RolesAllowed(Role.FRONTEND_NAME)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class AgentResource {

  private final DocumentCalls<Agent, AgentVersion> agents;

  AgentResource(DocumentCalls<Agent, AgentVersion> agents) {
    this.agents = agents;
  }

  /** Lists agents by id, those that begin with {@code prefix}; {@code limit} 1 to 200. */
  @GET
  @RunOnVirtualThread
  @Operation(operationId = "listAgents", summary = "List agents")
  public Page<Agent> list(
      @QueryParam("prefix") @DefaultValue("") @Pattern(regexp = ValidName.PREFIX) String prefix,
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    return agents.list(prefix, limit, cursor);
  }

  /** Reads an agent's configuration, at most one second old; 404 if there is none. */
  @GET
  @Path("{id}/config")
  @Operation(operationId = "getAgent", summary = "Read an agent's configuration")
  @APIResponseSchema(value = Agent.class, responseDescription = "The configuration")
  public Uni<Response> get(@PathParam("id") @ValidName String id, @Context HttpHeaders headers) {
    return agents.get(id, headers);
  }

  /** Reads up to 100 agents; unknown ones are left out. */
  @POST
  @Path("batch-get")
  @Operation(operationId = "batchGetAgents", summary = "Read several agents' configurations")
  public Uni<Batch<Agent>> batchGet(@Valid @NotNull Ids wanted) {
    return agents.batchGet(wanted.ids());
  }

  /**
   * Writes the next version of an agent's configuration. 422 with {@code violations}, and nothing
   * changed, if it or its schema does not pass.
   */
  @PUT
  @Path("{id}/config")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Operation(operationId = "putAgent", summary = "Write an agent's configuration")
  @APIResponseSchema(value = Agent.class, responseDescription = "A new version")
  @APIResponse(responseCode = "422", description = "It does not keep to its schema")
  public Response put(
      @PathParam("id") @ValidName String id,
      @Valid @NotNull AgentBody body,
      @Context HttpHeaders headers) {
    mustBeObject(body);
    return agents.put(id, body.config(), body.schema(), headers);
  }

  /** Tells what a PUT would refuse with 422, and stores nothing: for an editor, while one types. */
  @POST
  @Path("{id}/config/check")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(
      operationId = "checkAgent",
      summary = "Check an agent's configuration before it is written")
  @APIResponse(responseCode = "204", description = "It could be written")
  @APIResponse(responseCode = "422", description = "It does not keep to its schema")
  public void check(@PathParam("id") @ValidName String id, @Valid @NotNull AgentBody body) {
    mustBeObject(body);
    agents.check(id, body.config(), body.schema());
  }

  private static void mustBeObject(AgentBody body) {
    if (!body.config().isObject()) {
      throw new BadInput("config", "must be an object");
    }
  }

  /** Deletes an agent; its history is kept, and a later PUT goes on counting. */
  @DELETE
  @Path("{id}/config")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "deleteAgent", summary = "Delete an agent's configuration")
  @APIResponse(responseCode = "204", description = "Deleted")
  public void delete(@PathParam("id") @ValidName String id, @Context HttpHeaders headers) {
    agents.delete(id, headers);
  }

  /** Every version there was, newest first; also of a deleted agent. */
  @GET
  @Path("{id}/config/versions")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Operation(operationId = "listAgentVersions", summary = "List the history of an agent")
  public Page<AgentVersion> versions(
      @PathParam("id") @ValidName String id,
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    return agents.versions(id, limit, cursor);
  }

  /** One version of the history. */
  @GET
  @Path("{id}/config/versions/{version}")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Operation(operationId = "getAgentVersion", summary = "Read one version of an agent")
  @APIResponseSchema(value = AgentVersion.class, responseDescription = "The version")
  public Response version(
      @PathParam("id") @ValidName String id,
      @PathParam("version") @Min(1) long version,
      @Context HttpHeaders headers) {
    return agents.version(id, version, headers);
  }

  /**
   * Makes an old version's content the next version, also of a deleted agent. 422 if it does not
   * keep to the schema that is in force now.
   */
  @POST
  @Path("{id}/config/rollback")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Operation(operationId = "rollbackAgent", summary = "Go back to an earlier version of an agent")
  @APIResponseSchema(
      value = Agent.class,
      responseDescription = "A new version with the old content",
      responseCode = "200")
  @APIResponse(responseCode = "422", description = "It does not keep to its schema")
  public Response rollback(
      @PathParam("id") @ValidName String id,
      @Valid @NotNull Rollback body,
      @Context HttpHeaders headers) {
    return agents.rollback(id, body.version(), headers);
  }
}
