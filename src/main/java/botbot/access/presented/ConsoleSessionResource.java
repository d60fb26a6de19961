package botbot.access.presented;

import botbot.access.identity.Credentials;
import botbot.access.identity.Role;
import botbot.console.ConsoleConfig;
import botbot.http.problem.Missing;
import botbot.http.problem.Problem;
import botbot.http.problem.ProblemException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How a browser signs in and out of the console. */
@Path(PresentedKeys.SESSION)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@PermitAll
@Tag(name = "console", description = "How a browser signs in and out of the console.")
class ConsoleSessionResource {

  private static final String NO_CONSOLE = "There is no console here";

  private final ConsoleConfig config;
  private final Credentials credentials;
  private final PresentedKeys keys;

  ConsoleSessionResource(ConsoleConfig config, Credentials credentials, PresentedKeys keys) {
    this.config = config;
    this.credentials = credentials;
    this.keys = keys;
  }

  /**
   * Signs in: 200 with a cookie that stands for the key for eight hours. 401 for an unknown key;
   * 403 for one that sees nothing in the console, for a page of another origin, and over plain HTTP
   * to another host than this machine.
   */
  @POST
  @Operation(operationId = "startConsoleSession", summary = "Sign in to the console with a key")
  @APIResponse(responseCode = "404", description = NO_CONSOLE)
  @APIResponseSchema(
      value = ConsoleSession.class,
      responseDescription = "Signed in",
      responseCode = "200")
  public Uni<Response> start(@NotNull @Valid ConsoleKey body, @Context HttpServerRequest request) {
    checkEnabled();
    checkOrigin(request);
    if (SameOrigin.isExposed(request)) {
      throw new ProblemException(
          403, "The console needs https: over plain http others could read the key on its way.");
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    ConsoleCookie cookie = new ConsoleCookie(body.key().strip(), now);
    return identify(cookie)
        .map(
            identity -> {
              if (!identity.hasRole(Role.FRONTEND_NAME)) {
                throw new ProblemException(403, "A key of role metrics sees nothing here.");
              }
              return answer(Response.ok(ConsoleSession.of(identity, cookie)), cookie.kept());
            });
  }

  /** Who is signed in, and until when: 401 where nobody is. */
  @GET
  @Operation(operationId = "getConsoleSession", summary = "Read who is signed in to the console")
  @APIResponse(responseCode = "404", description = NO_CONSOLE)
  @APIResponseSchema(
      value = ConsoleSession.class,
      responseDescription = "Who is signed in",
      responseCode = "200")
  public Uni<Response> read(@Context HttpServerRequest request) {
    checkEnabled();
    ConsoleCookie cookie = keys.session(request).orElseThrow(AuthenticationFailedException::new);
    return identify(cookie)
        .map(
            identity ->
                Response.ok(ConsoleSession.of(identity, cookie))
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .build());
  }

  /** Signs out: 204 also where nobody was signed in. The key works on. */
  @DELETE
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "endConsoleSession", summary = "Sign out of the console")
  @APIResponse(responseCode = "404", description = NO_CONSOLE)
  @APIResponse(responseCode = "204", description = "Signed out")
  public Response end(@Context HttpServerRequest request) {
    checkEnabled();
    checkOrigin(request);
    return answer(Response.noContent(), ConsoleCookie.forgotten());
  }

  private Uni<SecurityIdentity> identify(ConsoleCookie cookie) {
    return credentials
        .identify(cookie.key())
        .map(identity -> identity.orElseThrow(AuthenticationFailedException::new));
  }

  private static Response answer(Response.ResponseBuilder response, String cookie) {
    return response
        .header(HttpHeaders.SET_COOKIE, cookie)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private void checkEnabled() {
    if (!config.enabled()) {
      throw new Missing(NO_CONSOLE + ": botbot.console.enabled is false.");
    }
  }

  private static void checkOrigin(HttpServerRequest request) {
    if (SameOrigin.isDenied(request)) {
      throw new ProblemException(403, "A page of another origin cannot sign in or out here.");
    }
  }
}
