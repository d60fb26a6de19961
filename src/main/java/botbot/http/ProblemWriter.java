package botbot.http;

import botbot.http.problem.Problem;
import botbot.http.problem.ProblemException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;

/** Answers with a problem where no resource is involved, so that nobody else would. */
@Singleton
public final class ProblemWriter {

  private final ObjectMapper mapper;
  private final Faults faults;

  @Inject
  ProblemWriter(ObjectMapper mapper, Faults faults) {
    this.mapper = mapper;
    this.faults = faults;
  }

  /** Says in the caller's words what {@code fault} is, and ends the answer. */
  public void write(RoutingContext context, Throwable fault) {
    write(context, faults.explain(fault));
  }

  void write(RoutingContext context, ProblemException refusal) {
    refusal.headers().forEach(context.response()::putHeader);
    context
        .response()
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .end(json(Problem.of(refusal, context.request().path(), RequestIds.of(context.request()))));
  }

  private String json(Problem problem) {
    try {
      return mapper.writeValueAsString(problem);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
