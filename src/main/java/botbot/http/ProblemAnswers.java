package botbot.http;

import botbot.http.problem.Problem;
import botbot.http.problem.ProblemException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;

/** Turns a refusal into its answer. */
@Singleton
final class ProblemAnswers {

  private final CurrentVertxRequest request;

  @Inject
  ProblemAnswers(CurrentVertxRequest request) {
    this.request = request;
  }

  Response answer(ProblemException refusal) {
    RoutingContext current = request.getCurrent();
    Response.ResponseBuilder answer =
        Response.status(refusal.status())
            .type(Problem.MEDIA_TYPE)
            .entity(
                current == null
                    ? Problem.of(refusal, null, null)
                    : Problem.of(
                        refusal, current.request().path(), RequestIds.of(current.request())));
    refusal.headers().forEach(answer::header);
    return answer.build();
  }
}
