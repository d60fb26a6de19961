package botbot.ratelimit;

import botbot.ratelimit.rule.Check;
import botbot.space.Space;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Checks that are made together.
 *
 * @param checks 1 to 256 of them, made in this order
 */
@RegisterForReflection
@Schema(name = "RateCheckBatch")
record BatchBody(
    @NotNull @Size(min = 1, max = BatchBody.MAX) List<@NotNull @Valid CheckBody> checks) {

  static final int MAX = 256;

  List<Check> checks(Space space) {
    return checks.stream().map(check -> check.check(space)).toList();
  }

  /** Whether it keeps to the constraints above; which of them it breaks is not said. */
  @Schema(hidden = true)
  boolean isValid() {
    return checks != null
        && !checks.isEmpty()
        && checks.size() <= MAX
        && checks.stream().allMatch(check -> check != null && check.isValid());
  }
}
