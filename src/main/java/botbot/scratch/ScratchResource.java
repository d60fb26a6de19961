package botbot.scratch;

import botbot.access.CallerSpace;
import botbot.access.identity.Role;
import botbot.cache.Written;
import botbot.http.PathSegment;
import botbot.http.ValidId;
import botbot.http.ValidName;
import botbot.http.condition.Answers;
import botbot.http.condition.EntityTags;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.page.Cursor;
import botbot.http.page.Page;
import botbot.http.problem.Problem;
import botbot.space.Key;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Temporary data over HTTP. */
@Path("/v1/scratch/{namespace}")
@Tag(name = "scratch", description = "Temporary data")
@RolesAllowed(Role.FRONTEND_NAME)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class ScratchResource {

  /** RFC 9110, section 5.6.7; the formatter of the JDK leaves out the leading zero of a day. */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final CallerSpace caller;
  private final CachedScratch scratch;

  ScratchResource(CallerSpace caller, CachedScratch scratch) {
    this.caller = caller;
    this.scratch = scratch;
  }

  /**
   * Puts a value of any JSON type, to be gone after {@code ttlSeconds} (1 to 604800), whatever
   * reads it; {@code If-None-Match: *} creates only.
   */
  @PUT
  @Path("{key}")
  @Operation(operationId = "putScratch", summary = "Put a temporary value")
  @APIResponseSchema(value = ScratchItem.class, responseDescription = "Replaced")
  public Response put(
      @PathParam("namespace") @ValidName String namespace,
      @PathParam("key") @ValidId String key,
      @QueryParam("ttlSeconds") @DefaultValue(Scratch.DEFAULT_TTL) @Min(1) @Max(Scratch.MAX_TTL)
          int ttlSeconds,
      @NotNull Json body,
      @Context HttpHeaders headers) {
    Key id = id(namespace, key);
    Written<Scratch> written = scratch.put(id, body, ttlSeconds, Preconditions.from(headers));
    Scratch value = written.value();
    return Answers.written(written.created(), path(namespace, key), value.item(), value.version())
        .header(HttpHeaders.EXPIRES, HTTP_DATE.format(value.expiresAt()))
        .build();
  }

  /** Reads a value; 404 if there is none, or if its time is over. */
  @GET
  @Path("{key}")
  @Operation(operationId = "getScratch", summary = "Read a temporary value")
  @APIResponseSchema(value = Json.class, responseDescription = "The value")
  public Response get(
      @PathParam("namespace") @ValidName String namespace,
      @PathParam("key") @ValidId String key,
      @Context HttpHeaders headers) {
    Preconditions conditions = Preconditions.from(headers);
    Key id = id(namespace, key);
    Scratch found = scratch.find(id).orElseThrow(() -> CachedScratch.missing(id));
    return conditions.answerGet(
        found.body(), EntityTags.of(found.version()), freshness(found.expiresAt()));
  }

  private static Map<String, String> freshness(Instant expiresAt) {
    return Map.of(
        HttpHeaders.EXPIRES, HTTP_DATE.format(expiresAt), HttpHeaders.CACHE_CONTROL, "no-cache");
  }

  /** Deletes a value; 404 if there is none. */
  @DELETE
  @Path("{key}")
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "deleteScratch", summary = "Delete a temporary value")
  @APIResponse(responseCode = "204", description = "Deleted")
  public void delete(
      @PathParam("namespace") @ValidName String namespace,
      @PathParam("key") @ValidId String key,
      @Context HttpHeaders headers) {
    scratch.delete(id(namespace, key), Preconditions.from(headers));
  }

  /** Gives a value to exactly one caller, and it is gone; 404 for all others. */
  @POST
  @Path("{key}/take")
  @Consumes(MediaType.WILDCARD)
  @Operation(operationId = "takeScratch", summary = "Take a temporary value, once")
  @APIResponseSchema(value = Json.class, responseDescription = "The value", responseCode = "200")
  public Json take(
      @PathParam("namespace") @ValidName String namespace, @PathParam("key") @ValidId String key) {
    return scratch.take(id(namespace, key));
  }

  /** Lists the keys of a namespace and when each is gone; {@code limit} 1 to 200. */
  @GET
  @Operation(operationId = "listScratch", summary = "List a namespace")
  public Page<ScratchItem> list(
      @PathParam("namespace") @ValidName String namespace,
      @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) @Min(1) @Max(Page.MAX_LIMIT) int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    String after = Cursor.parse(cursor, 1).map(position -> position.text(0)).orElse("");
    List<ScratchItem> found = ScratchEntity.alive(caller.key(namespace), after, limit + 1);
    return Page.of(found, limit, item -> Cursor.of(item.key()));
  }

  private static String path(String namespace, String key) {
    return "/v1/scratch/" + namespace + '/' + PathSegment.of(key);
  }

  private Key id(String namespace, String key) {
    return caller.key(ScratchId.text(namespace, key));
  }
}
