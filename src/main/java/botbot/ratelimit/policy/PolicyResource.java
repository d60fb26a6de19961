package botbot.ratelimit.policy;

import botbot.access.CallerSpace;
import botbot.access.identity.Role;
import botbot.http.ValidName;
import botbot.http.condition.Answers;
import botbot.http.condition.EntityTags;
import botbot.http.condition.Preconditions;
import botbot.http.page.Cursor;
import botbot.http.page.Page;
import botbot.http.problem.Problem;
import botbot.ratelimit.rule.Policy;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Rate policies over HTTP. A change is in force here at once, elsewhere within a second. */
@Path("/v1/rate-policies")
@Tag(name = "rate-policies", description = "Limits, and whom they are for")
@RolesAllowed(Role.ADMIN_NAME)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class PolicyResource {

  private final CallerSpace caller;
  private final PolicyTable table;
  private final PoliciesInForce inForce;

  PolicyResource(CallerSpace caller, PolicyTable table, PoliciesInForce inForce) {
    this.caller = caller;
    this.table = table;
    this.inForce = inForce;
  }

  /** All policies by name. */
  @GET
  @Operation(operationId = "listRatePolicies", summary = "List the policies")
  public Page<Policy> list(
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    String after = Cursor.parse(cursor, 1).map(at -> at.text(0)).orElse("");
    List<Policy> found = table.list(caller.current(), after, limit + 1);
    return Page.of(found, limit, policy -> Cursor.of(policy.name()));
  }

  /** One policy; 404 if there is none of that name. */
  @GET
  @Path("{name}")
  @Operation(operationId = "getRatePolicy", summary = "Read a policy")
  @APIResponseSchema(value = Policy.class, responseDescription = "The policy")
  public Response get(@PathParam("name") @ValidName String name, @Context HttpHeaders headers) {
    Preconditions conditions = Preconditions.from(headers);
    Policy found = table.find(caller.key(name)).orElseThrow(() -> PolicyTable.missing(name));
    return conditions.answerGet(found, EntityTags.of(found.version()), Map.of());
  }

  /**
   * Replaces a policy, or creates it. Running counters go on under a new limit; a new window or
   * algorithm starts them afresh.
   */
  @PUT
  @Path("{name}")
  @Operation(operationId = "putRatePolicy", summary = "Put a policy in force")
  @APIResponseSchema(value = Policy.class, responseDescription = "Replaced")
  public Response put(
      @PathParam("name") @ValidName String name,
      @Valid @NotNull PolicyBody body,
      @Context HttpHeaders headers) {
    PolicyTable.Stored stored =
        table.put(caller.current(), body.named(name), Preconditions.from(headers));
    inForce.refresh();
    Policy policy = stored.policy();
    return Answers.written(stored.created(), "/v1/rate-policies/" + name, policy, policy.version())
        .build();
  }

  /** Deletes a policy; 404 if there is none of that name. */
  @DELETE
  @Path("{name}")
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "deleteRatePolicy", summary = "Delete a policy")
  @APIResponse(responseCode = "204", description = "Deleted")
  public void delete(@PathParam("name") @ValidName String name, @Context HttpHeaders headers) {
    table.delete(caller.key(name), Preconditions.from(headers));
    inForce.refresh();
  }
}
