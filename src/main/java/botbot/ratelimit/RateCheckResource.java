package botbot.ratelimit;

import botbot.access.CallerSpace;
import botbot.access.identity.Role;
import botbot.http.RequestIds;
import botbot.http.ValidId;
import botbot.http.ValidName;
import botbot.http.problem.Problem;
import botbot.ratelimit.policy.InForce;
import botbot.ratelimit.policy.PoliciesInForce;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.RuleSet;
import botbot.space.Space;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Rate checks over HTTP, on the event loop from the request to the answer. {@link CheckRoute} is a
 * shorter way to {@link #check} and {@link #batch}, and gives the same answers.
 */
@Path(RateCheckResource.PATH)
@Tag(name = "rate-checks", description = "Whether a subject may do something now")
@RolesAllowed(Role.FRONTEND_NAME)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class RateCheckResource {

  static final String PATH = "/v1/rate-checks";
  static final String BATCH_PATH = PATH + "/batch";

  private final CallerSpace caller;
  private final PoliciesInForce policies;
  private final RateEngine engine;

  RateCheckResource(CallerSpace caller, PoliciesInForce policies, RateEngine engine) {
    this.caller = caller;
    this.policies = policies;
    this.engine = engine;
  }

  /**
   * Charges a cost to every policy that matches, if all of them admit it. 429 if one does not; 503
   * if Redis is away and one is to deny then.
   */
  @POST
  @Operation(operationId = "checkRate", summary = "Check a limit, and charge it")
  @APIResponse(
      responseCode = "200",
      description = "Allowed, or only looked",
      content = @Content(schema = @Schema(implementation = Answer.class)))
  @APIResponse(
      responseCode = "429",
      description = "A limit is reached",
      content =
          @Content(
              mediaType = "application/problem+json",
              schema = @Schema(implementation = QuotaExceeded.class)))
  public Uni<Response> check(@Valid @NotNull CheckBody body, @Context HttpServerRequest request) {
    String id = RequestIds.of(request);
    return answer(
        set -> engine.decide(body.check(set.space()), set).map(decision -> response(decision, id)));
  }

  /** Makes up to 256 checks in their order; each has a status of its own. */
  @POST
  @Path("batch")
  @Operation(operationId = "checkRates", summary = "Make several checks together")
  @APIResponse(
      responseCode = "200",
      description = "The answers",
      content = @Content(schema = @Schema(implementation = BatchAnswer.class)))
  public Uni<Response> batch(@Valid @NotNull BatchBody body) {
    return answer(
        set ->
            engine
                .decide(body.checks(set.space()), set)
                .map(decisions -> response(CheckResponse.of(decisions))));
  }

  /** What a check of cost 1 would find; charges nothing, and is 200 whatever it finds. */
  @GET
  @Operation(operationId = "peekRate", summary = "Look at a limit")
  @APIResponse(
      responseCode = "200",
      description = "What a check would find",
      content = @Content(schema = @Schema(implementation = Answer.class)))
  public Uni<Response> peek(
      @QueryParam("subject") @NotNull @ValidId String subject,
      @QueryParam("tier") @Nullable @ValidId String tier,
      @QueryParam("endpoint") @Nullable @ValidId String endpoint,
      @Context HttpServerRequest request) {
    String id = RequestIds.of(request);
    CheckBody check = new CheckBody(subject, tier, endpoint, 0L);
    return answer(
        set ->
            engine.decide(check.check(set.space()), set).map(decision -> response(decision, id)));
  }

  /** Starts the counters of a subject afresh: those of one policy, or all. */
  @DELETE
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(operationId = "resetRate", summary = "Start a subject's counters afresh")
  @APIResponse(responseCode = "204", description = "Afresh")
  public Uni<Response> reset(
      @QueryParam("subject") @NotNull @ValidId String subject,
      @QueryParam("policy") @Nullable @ValidName String policy) {
    return answer(
        set -> {
          List<Rule> meant =
              set.rules().stream()
                  .filter(rule -> policy == null || rule.policy().name().equals(policy))
                  .toList();
          return engine
              .startAfresh(set.space().key(subject), meant)
              .map(done -> Response.noContent().build());
        });
  }

  private Uni<Response> answer(Function<RuleSet, Future<Response>> with) {
    Space space = caller.current();
    InForce known = policies.current();
    return UniHelper.toUni(
        known == null
            ? policies.read().compose(all -> with.apply(all.of(space)))
            : with.apply(known.of(space)));
  }

  private static Response response(Decision decision, String requestId) {
    return response(CheckResponse.of(decision, () -> requestId));
  }

  private static Response response(CheckResponse answer) {
    Response.ResponseBuilder response =
        Response.status(answer.status()).type(answer.mediaType()).entity(answer.body());
    answer.headers().forEach(response::header);
    return response.build();
  }
}
