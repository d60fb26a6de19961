package botbot.ratelimit;

import botbot.http.problem.Problem;
import botbot.http.problem.Unavailable;
import botbot.ratelimit.Decision.Counted;
import botbot.ratelimit.Decision.Refused;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The answer to a check, or to several that were made together, as HTTP has it. */
record CheckResponse(int status, String mediaType, Map<String, String> headers, Object body) {

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Throws {@link Unavailable} where a policy denies because Redis is away. */
  static CheckResponse of(Decision decision, Supplier<String> requestId) {
    Answer answer = Answer.of(decision);
    if (decision instanceof Refused refused && refused.check().cost() != 0) {
      throw new Unavailable(
          "Redis is away, and a policy denies then: " + String.join(", ", refused.policies()),
          RETRY);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    if (decision instanceof Counted counted && counted.isDenial()) {
      QuotaExceeded.headers(answer, counted.verdicts(), headers::put);
      QuotaExceeded problem = QuotaExceeded.of(counted, answer, requestId.get());
      return new CheckResponse(QuotaExceeded.STATUS, Problem.MEDIA_TYPE, headers, problem);
    }
    if (decision instanceof Counted counted) {
      RateLimitFields.add(counted.verdicts(), headers::put);
    }
    return new CheckResponse(200, MediaType.APPLICATION_JSON, headers, answer);
  }

  /** The answer to checks that were made together; each has a status of its own. */
  static CheckResponse of(List<Decision> decisions) {
    List<BatchAnswer.Result> results = decisions.stream().map(BatchAnswer.Result::of).toList();
    return new CheckResponse(200, MediaType.APPLICATION_JSON, Map.of(), new BatchAnswer(results));
  }
}
