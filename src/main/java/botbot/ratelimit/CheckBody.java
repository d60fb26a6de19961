package botbot.ratelimit;

import botbot.http.ValidId;
import botbot.ratelimit.rule.Check;
import botbot.space.Space;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is to be checked.
 *
 * @param subject who or what is counted, say {@code user:42}
 * @param tier the subject's tier; without it, policies for {@code *} alone apply
 * @param endpoint what the subject wants; without it, policies for {@code *} alone apply
 * @param cost units, 1 if left out; 0 only looks, a negative one gives back
 */
@RegisterForReflection
@Schema(name = "RateCheck")
record CheckBody(
    @NotNull @ValidId String subject,
    @Nullable @ValidId String tier,
    @Nullable @ValidId String endpoint,
    @Nullable @Min(-MAX_COST) @Max(MAX_COST) Long cost) {

  static final long MAX_COST = 1_000_000;

  Check check(Space space) {
    return new Check(
        space.key(subject),
        Objects.requireNonNullElse(tier, Check.NONE),
        Objects.requireNonNullElse(endpoint, Check.NONE),
        cost == null ? 1 : cost);
  }

  /** Whether it keeps to the constraints above; which of them it breaks is not said. */
  @Schema(hidden = true)
  boolean isValid() {
    return subject != null
        && ValidId.Validator.isId(subject)
        && (tier == null || ValidId.Validator.isId(tier))
        && (endpoint == null || ValidId.Validator.isId(endpoint))
        && (cost == null || (cost >= -MAX_COST && cost <= MAX_COST));
  }
}
