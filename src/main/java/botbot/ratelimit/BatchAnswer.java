package botbot.ratelimit;

import botbot.ratelimit.Decision.Counted;
import botbot.ratelimit.Decision.Refused;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The answers to checks that were made together.
 *
 * @param results one for each check, in their order
 */
@RegisterForReflection
@Schema(name = "RateCheckBatchAnswer")
record BatchAnswer(List<Result> results) {

  /**
   * The answer to one of the checks.
   *
   * @param status what the status would be, had the check been made alone: 200, 429 or 503
   * @param answer the answer, whose members stand beside it
   */
  @RegisterForReflection
  @Schema(
      name = "RateCheckResult",
      requiredProperties = {"allowed", "source", "policies"})
  public record Result(int status, @JsonUnwrapped Answer answer) {

    static Result of(Decision decision) {
      int status =
          switch (decision) {
            case Refused refused when refused.check().cost() != 0 -> 503;
            case Counted counted when counted.isDenial() -> QuotaExceeded.STATUS;
            default -> 200;
          };
      return new Result(status, Answer.of(decision));
    }
  }
}
