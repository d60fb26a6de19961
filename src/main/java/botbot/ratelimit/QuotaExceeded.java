package botbot.ratelimit;

import botbot.http.Problem;
import botbot.ratelimit.Decision.Counted;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The problem (RFC 9457) of a denied check, with the answer's fields beside it.
 *
 * @param violatedPolicies the names of the policies that deny
 * @param scope {@code client} where the caller's own calls are too many; else absent
 * @param answer the answer, whose members stand beside the others
 */
@Schema(name = "QuotaExceeded")
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuotaExceeded(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    @JsonProperty("violated-policies") List<String> violatedPolicies,
    @Nullable String scope,
    @JsonUnwrapped Answer answer) {

  static final int STATUS = 429;

  private static final String TYPE =
      "https://iana.org/assignments/http-problem-types#quota-exceeded";

  static QuotaExceeded of(Counted denied, Answer answer, String path, @Nullable String scope) {
    List<String> violated =
        denied.verdicts().stream()
            .filter(Verdict::denies)
            .map(verdict -> verdict.rule().policy().name())
            .toList();
    String detail =
        answer.retryAfterMs() == null
            ? "The cost is above the limit."
            : "The limit is reached; try again in " + answer.retryAfterMs() + " ms.";
    return new QuotaExceeded(TYPE, "Quota exceeded", STATUS, detail, path, violated, scope, answer);
  }

  /** The whole response, which nobody may keep. */
  Response response(List<Verdict> verdicts) {
    Response.ResponseBuilder response =
        Response.status(STATUS)
            .type(Problem.MEDIA_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(this);
    Long retry = answer.retryAfterMs();
    if (retry != null) {
      response.header(HttpHeaders.RETRY_AFTER, Math.max(1, Math.ceilDiv(retry, 1_000)));
    }
    RateLimitFields.add(response, verdicts);
    return response.build();
  }
}
