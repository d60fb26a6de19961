package botbot.ratelimit;

import botbot.http.problem.ProblemException;
import botbot.ratelimit.Decision.Counted;
import botbot.ratelimit.rule.Verdict;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The problem (RFC 9457) of a denied check, with the answer's fields beside it.
 *
 * @param violatedPolicies the names of the policies that deny
 * @param scope {@code client} where the caller's own calls are too many; else absent
 * @param requestId the id of the request
 * @param answer the answer, whose members stand beside the others
 */
@Schema(
    name = "QuotaExceeded",
    description = "RFC 9457. A denied check, with the members of its answer.",
    requiredProperties = {"requestId", "violated-policies", "allowed", "source", "policies"})
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record QuotaExceeded(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    @JsonProperty("violated-policies") List<String> violatedPolicies,
    @Schema(enumeration = "client") @Nullable String scope,
    @Nullable String requestId,
    @JsonUnwrapped Answer answer) {

  static final int STATUS = 429;

  private static final String TITLE = "Quota exceeded";
  private static final String TYPE =
      "https://iana.org/assignments/http-problem-types#quota-exceeded";

  /** The problem of a check that was made by itself. */
  static QuotaExceeded of(Counted denied, Answer answer, String requestId) {
    return new QuotaExceeded(
        TYPE,
        TITLE,
        STATUS,
        detail(answer),
        RateCheckResource.PATH,
        denied.denying(),
        null,
        requestId,
        answer);
  }

  /** The refusal of a call whose client is denied. */
  static ProblemException ofClient(Counted denied) {
    Answer answer = Answer.of(denied);
    ProblemException refusal = new ProblemException(STATUS, TYPE, TITLE, detail(answer));
    refusal.member("violated-policies", denied.denying()).member("scope", "client");
    answer.members().forEach(refusal::member);
    headers(answer, denied.verdicts(), refusal::header);
    return refusal;
  }

  private static String detail(Answer answer) {
    return answer.retryAfterMs() == null
        ? "The cost is above the limit."
        : "The limit is reached; try again in " + answer.retryAfterMs() + " ms.";
  }

  /** The headers of a denial, which nobody may keep. */
  static void headers(Answer answer, List<Verdict> verdicts, BiConsumer<String, String> headers) {
    headers.accept(HttpHeaders.CACHE_CONTROL, "no-store");
    Long retry = answer.retryAfterMs();
    if (retry != null) {
      headers.accept(
          HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, Math.ceilDiv(retry, 1_000))));
    }
    RateLimitFields.add(verdicts, headers);
  }
}
