package botbot.preference;

import botbot.access.CallerSpace;
import botbot.access.identity.Role;
import botbot.cache.Written;
import botbot.http.PathSegment;
import botbot.http.ValidId;
import botbot.http.condition.Answers;
import botbot.http.condition.EntityTags;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.patch.JsonPatch;
import botbot.http.patch.MergePatch;
import botbot.http.patch.Patch;
import botbot.http.problem.Problem;
import botbot.space.Key;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Preferences of users over HTTP. */
@Path("/v1/users")
@Tag(name = "preferences", description = "What users prefer")
@RolesAllowed(Role.FRONTEND_NAME)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class PreferenceResource {

  // below the path of users, which other resources share: a wrong method is 405 in all of them
  private static final String ALL = "{userId}/preferences";
  private static final String ONE = ALL + "/{key}";

  private final CallerSpace caller;
  private final CachedPreferences preferences;

  PreferenceResource(CallerSpace caller, CachedPreferences preferences) {
    this.caller = caller;
    this.preferences = preferences;
  }

  /** All preferences of a user; 404 for a user without any. */
  @GET
  @Path(ALL)
  @Operation(operationId = "getPreferences", summary = "Read a user's preferences")
  @APIResponseSchema(value = Preferences.class, responseDescription = "The preferences")
  @RunOnVirtualThread
  public Response get(@PathParam("userId") @ValidId String userId, @Context HttpHeaders headers) {
    Preconditions conditions = Preconditions.from(headers);
    Key user = caller.key(userId);
    Preferences found = preferences.find(user).orElseThrow(() -> CachedPreferences.missing(user));
    return conditions.answerGet(found, EntityTags.of(found.version()), Map.of());
  }

  /** Replaces all preferences of a user. */
  @PUT
  @Path(ALL)
  @Operation(operationId = "putPreferences", summary = "Replace a user's preferences")
  @APIResponseSchema(value = Preferences.class, responseDescription = "Replaced")
  @RunOnVirtualThread
  public Response put(
      @PathParam("userId") @ValidId String userId,
      @Valid @NotNull PreferencesBody body,
      @Context HttpHeaders headers) {
    PreferenceNames.require(body.preferences());
    return answer(
        userId,
        preferences.put(caller.key(userId), body.preferences(), Preconditions.from(headers)));
  }

  /**
   * Applies a JSON Merge Patch (RFC 7396) or a JSON Patch (RFC 6902) to the preferences as GET
   * shows them, atomically; creates where there are none. 409 for a {@code test} that fails, 422
   * for an operation that cannot be applied.
   */
  @PATCH
  @Path(ALL)
  @Consumes({MergePatch.MEDIA_TYPE, MediaType.APPLICATION_JSON, JsonPatch.MEDIA_TYPE})
  @Operation(operationId = "patchPreferences", summary = "Change parts of a user's preferences")
  @APIResponse(responseCode = "409", description = "A test of the patch does not hold")
  @APIResponse(responseCode = "422", description = "An operation cannot be applied")
  @APIResponseSchema(value = Preferences.class, responseDescription = "Patched")
  @RunOnVirtualThread
  public Response patch(
      @PathParam("userId") @ValidId String userId,
      @HeaderParam(HttpHeaders.CONTENT_TYPE) @Parameter(hidden = true) String contentType,
      @NotNull Json body,
      @Context HttpHeaders headers) {
    Patch patch = Patch.of(contentType, body);
    return answer(
        userId, preferences.patch(caller.key(userId), patch, Preconditions.from(headers)));
  }

  /** Deletes all preferences of a user. */
  @DELETE
  @Path(ALL)
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "deletePreferences", summary = "Delete a user's preferences")
  @APIResponse(responseCode = "204", description = "Deleted")
  @RunOnVirtualThread
  public void delete(@PathParam("userId") @ValidId String userId, @Context HttpHeaders headers) {
    preferences.delete(caller.key(userId), Preconditions.from(headers));
  }

  /** One preference. */
  @GET
  @Path(ONE)
  @Operation(operationId = "getPreference", summary = "Read one preference")
  @APIResponseSchema(value = Preference.class, responseDescription = "The preference")
  @RunOnVirtualThread
  public Response getOne(
      @PathParam("userId") @ValidId String userId,
      @PathParam("key") @ValidId String key,
      @Context HttpHeaders headers) {
    Preconditions conditions = Preconditions.from(headers);
    Key user = caller.key(userId);
    Preference found =
        preferences
            .find(user)
            .filter(all -> all.preferences().tree().has(key))
            .map(all -> one(all, key))
            .orElseThrow(() -> CachedPreferences.missing(user, key));
    return conditions.answerGet(found, EntityTags.of(found.version()), Map.of());
  }

  /** Sets one preference; the others stay. */
  @PUT
  @Path(ONE)
  @Operation(operationId = "putPreference", summary = "Set one preference")
  @APIResponseSchema(value = Preference.class, responseDescription = "Replaced")
  @RunOnVirtualThread
  public Response putOne(
      @PathParam("userId") @ValidId String userId,
      @PathParam("key") @ValidId String key,
      @Valid @NotNull PreferenceBody body,
      @Context HttpHeaders headers) {
    Written<Preferences> written =
        preferences.putOne(caller.key(userId), key, body.value(), Preconditions.from(headers));
    Preferences all = written.value();
    String path = path(userId) + '/' + PathSegment.of(key);
    return Answers.written(written.created(), path, one(all, key), all.version()).build();
  }

  /** Deletes one preference; the others stay. */
  @DELETE
  @Path(ONE)
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "deletePreference", summary = "Delete one preference")
  @APIResponse(responseCode = "204", description = "Deleted")
  @RunOnVirtualThread
  public void deleteOne(
      @PathParam("userId") @ValidId String userId,
      @PathParam("key") @ValidId String key,
      @Context HttpHeaders headers) {
    preferences.deleteOne(caller.key(userId), key, Preconditions.from(headers));
  }

  private static Preference one(Preferences all, String key) {
    JsonNode value = all.preferences().tree().get(key);
    return new Preference(all.userId(), key, Json.of(value), all.version(), all.updatedAt());
  }

  static String path(String userId) {
    return "/v1/users/" + PathSegment.of(userId) + "/preferences";
  }

  private static Response answer(String userId, Written<Preferences> written) {
    Preferences all = written.value();
    return Answers.written(written.created(), path(userId), all, all.version()).build();
  }
}
