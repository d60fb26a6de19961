package botbot.setting;

import botbot.access.identity.Role;
import botbot.document.DocumentCalls;
import botbot.document.Rollback;
import botbot.http.ValidName;
import botbot.http.page.Batch;
import botbot.http.page.Page;
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

/** Settings over HTTP. */
@Path("/v1/settings")
@Tag(name = "settings", description = "Settings of the system")
@RolesAllowed(Role.FRONTEND_NAME)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class SettingResource {

  private final DocumentCalls<Setting, SettingVersion> settings;

  SettingResource(DocumentCalls<Setting, SettingVersion> settings) {
    this.settings = settings;
  }

  /** Lists settings by key, those that begin with {@code prefix}; {@code limit} 1 to 200. */
  @GET
  @RunOnVirtualThread
  @Operation(operationId = "listSettings", summary = "List settings")
  public Page<Setting> list(
      @QueryParam("prefix") @DefaultValue("") @Pattern(regexp = ValidName.PREFIX) String prefix,
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    return settings.list(prefix, limit, cursor);
  }

  /** Reads a setting, at most one second old; 404 if there is none. */
  @GET
  @Path("{key}")
  @Operation(operationId = "getSetting", summary = "Read a setting")
  @APIResponseSchema(value = Setting.class, responseDescription = "The setting")
  public Uni<Response> get(@PathParam("key") @ValidName String key, @Context HttpHeaders headers) {
    return settings.get(key, headers);
  }

  /** Reads up to 100 settings; unknown ones are left out. */
  @POST
  @Path("batch-get")
  @Operation(operationId = "batchGetSettings", summary = "Read several settings")
  public Uni<Batch<Setting>> batchGet(@Valid @NotNull SettingKeys wanted) {
    return settings.batchGet(wanted.keys());
  }

  /**
   * Writes the next version of a setting. 422 with {@code violations}, and nothing changed, if it
   * or its schema does not pass.
   */
  @PUT
  @Path("{key}")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Operation(operationId = "putSetting", summary = "Write a setting")
  @APIResponseSchema(value = Setting.class, responseDescription = "A new version")
  @APIResponse(responseCode = "422", description = "It does not keep to its schema")
  public Response put(
      @PathParam("key") @ValidName String key,
      @Valid @NotNull SettingBody body,
      @Context HttpHeaders headers) {
    return settings.put(key, body.value(), body.schema(), headers);
  }

  /** Tells what a PUT would refuse with 422, and stores nothing: for an editor, while one types. */
  @POST
  @Path("{key}/check")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "checkSetting", summary = "Check a setting before it is written")
  @APIResponse(responseCode = "204", description = "It could be written")
  @APIResponse(responseCode = "422", description = "It does not keep to its schema")
  public void check(@PathParam("key") @ValidName String key, @Valid @NotNull SettingBody body) {
    settings.check(key, body.value(), body.schema());
  }

  /** Deletes a setting; its history is kept, and a later PUT goes on counting. */
  @DELETE
  @Path("{key}")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "deleteSetting", summary = "Delete a setting")
  @APIResponse(responseCode = "204", description = "Deleted")
  public void delete(@PathParam("key") @ValidName String key, @Context HttpHeaders headers) {
    settings.delete(key, headers);
  }

  /** Every version there was, newest first; also of a deleted setting. */
  @GET
  @Path("{key}/versions")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Operation(operationId = "listSettingVersions", summary = "List the history of a setting")
  public Page<SettingVersion> versions(
      @PathParam("key") @ValidName String key,
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    return settings.versions(key, limit, cursor);
  }

  /** One version of the history. */
  @GET
  @Path("{key}/versions/{version}")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Operation(operationId = "getSettingVersion", summary = "Read one version of a setting")
  @APIResponseSchema(value = SettingVersion.class, responseDescription = "The version")
  public Response version(
      @PathParam("key") @ValidName String key,
      @PathParam("version") @Min(1) long version,
      @Context HttpHeaders headers) {
    return settings.version(key, version, headers);
  }

  /**
   * Makes an old version's content the next version, also of a deleted setting. 422 if it does not
   * keep to the schema that is in force now.
   */
  @POST
  @Path("{key}/rollback")
  @RolesAllowed(Role.ADMIN_NAME)
  @RunOnVirtualThread
  @Operation(
      operationId = "rollbackSetting",
      summary = "Go back to an earlier version of a setting")
  @APIResponseSchema(
      value = Setting.class,
      responseDescription = "A new version with the old content",
      responseCode = "200")
  @APIResponse(responseCode = "422", description = "It does not keep to its schema")
  public Response rollback(
      @PathParam("key") @ValidName String key,
      @Valid @NotNull Rollback body,
      @Context HttpHeaders headers) {
    return settings.rollback(key, body.version(), headers);
  }
}
