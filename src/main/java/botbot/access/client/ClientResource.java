package botbot.access.client;

import botbot.access.CallerSpace;
import botbot.access.identity.ApiKey;
import botbot.access.identity.Caller;
import botbot.access.identity.Credentials;
import botbot.access.identity.Role;
import botbot.http.ValidName;
import botbot.http.condition.Answers;
import botbot.http.condition.Preconditions;
import botbot.http.page.Cursor;
import botbot.http.page.Page;
import botbot.http.problem.Problem;
import botbot.http.problem.ProblemException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Clients of the service and their keys, for administrators. */
@Path("/v1/clients")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.ADMIN_NAME)
@RunOnVirtualThread
@Tag(name = "clients", description = "Who may call, with which key and in which role.")
class ClientResource {

  private final Clients clients;
  private final Credentials credentials;
  private final CallerSpace spaces;
  private final SecurityIdentity identity;

  @Inject
  ClientResource(
      Clients clients, Credentials credentials, CallerSpace spaces, SecurityIdentity identity) {
    this.clients = clients;
    this.credentials = credentials;
    this.spaces = spaces;
    this.identity = identity;
  }

  /**
   * Makes a client. 201 with its key, which is shown this once; 409 where the name is taken, or the
   * space is being erased.
   */
  @POST
  @Operation(operationId = "createClient", summary = "Make a client; its key is shown this once")
  @APIResponse(
      responseCode = "409",
      description = "The name is taken, or the space is being erased")
  @APIResponseSchema(
      value = ClientWithKey.class,
      responseDescription = "Made",
      responseCode = "201")
  public Response create(@NotNull @Valid NewClient body) {
    ApiKey key = ApiKey.random();
    return withKey(RestResponse.StatusCode.CREATED, clients.create(body, space(body), key), key);
  }

  /** Lists the clients by name, without their keys; {@code limit} 1 to 200. */
  @GET
  @Operation(operationId = "listClients", summary = "List the clients, without their keys")
  public Page<Client> list(
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    String after = Cursor.parse(cursor, 1).map(position -> position.text(0)).orElse("");
    return Page.of(
        clients.list(reach(), after, limit + 1), limit, client -> Cursor.of(client.name()));
  }

  /**
   * Revokes a client's keys and forgets it: 204; refused here at once, elsewhere within 1 s. 404
   * for no such client.
   */
  @DELETE
  @Path("/{name}")
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(
      operationId = "deleteClient",
      summary = "Revoke a client's keys, within 1 s everywhere")
  @APIResponse(responseCode = "204", description = "Revoked")
  public Response delete(@PathParam("name") @ValidName String name, @Context HttpHeaders headers) {
    credentials.forget(clients.delete(reach(), name, Preconditions.from(headers)).keys());
    return Response.noContent().build();
  }

  /**
   * Replaces a client's key: 200 with the new one; the old one works on for {@code graceSeconds}.
   * 404 for no such client.
   */
  @POST
  @Path("/{name}/rotate")
  @Operation(operationId = "rotateClientKey", summary = "Replace a client's key")
  @APIResponseSchema(
      value = ClientWithKey.class,
      responseDescription = "The new key, which is shown this once",
      responseCode = "200")
  public Response rotate(
      @PathParam("name") @ValidName String name, @Valid @Nullable Rotation body) {
    ApiKey key = ApiKey.random();
    Long grace = body == null ? null : body.graceSeconds();
    Clients.Changed changed = clients.rotate(reach(), name, key, grace == null ? 0 : grace);
    credentials.forget(changed.keys());
    return withKey(RestResponse.StatusCode.OK, changed, key);
  }

  /** Those of the caller's space; all for who may work in every space and names none. */
  private Clients.Reach reach() {
    boolean all = caller().everywhere() && spaces.named() == null;
    return new Clients.Reach(all ? null : spaces.current().name());
  }

  private String space(NewClient body) {
    String own = spaces.current().name();
    String wanted = body.space() == null ? own : body.space();
    if (!wanted.equals(own) && !caller().everywhere()) {
      throw new ProblemException(403, "This key makes clients of its own space only.");
    }
    return wanted;
  }

  private Caller caller() {
    return (Caller) identity.getPrincipal();
  }

  private static Response withKey(int status, Clients.Changed changed, ApiKey key) {
    Client client = Objects.requireNonNull(changed.client());
    return Answers.changed(ClientWithKey.of(client, key), changed.version())
        .status(status)
        .header(HttpHeaders.CACHE_CONTROL, null)
        .header(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
        .build();
  }
}
