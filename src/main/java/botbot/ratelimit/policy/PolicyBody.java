package botbot.ratelimit.policy;

import botbot.http.ValidId;
import botbot.http.ValidName;
import botbot.http.problem.BadInput;
import botbot.http.problem.Violation;
import botbot.ratelimit.counter.Algorithm;
import botbot.ratelimit.counter.Limit;
import botbot.ratelimit.rule.OnOutage;
import botbot.ratelimit.rule.Policy;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A policy as an administrator puts it.
 *
 * @param name may be left out, else it is that of the path
 * @param tier the tier it is for, or {@code *} for any and none
 * @param endpoint the endpoint it is for, a prefix and {@code *} as in {@code image.*}, or {@code
 *     *}
 * @param limit units of cost, 1 to 10^9, {@code exact} to 10,000
 * @param windowMs milliseconds, 100 to 2,678,400,000
 * @param algorithm how it counts; {@code sliding-window} if left out
 * @param onOutage what it does while Redis is away; {@code local} if left out
 * @param shadow whether it only counts and reports; if left out it does not
 * @param enabled whether it takes part; if left out it does
 */
@RegisterForReflection
@Schema(name = "RatePolicyBody")
@JsonIgnoreProperties("version")
record PolicyBody(
    @Nullable @ValidName String name,
    @NotNull @ValidId String tier,
    @NotNull @ValidId String endpoint,
    @NotNull @Min(1) @Max(Limit.MAX_COUNT) Long limit,
    @NotNull @Min(Limit.MIN_WINDOW_MS) @Max(Limit.MAX_WINDOW_MS) Long windowMs,
    @Nullable Algorithm algorithm,
    @Nullable OnOutage onOutage,
    @Nullable Boolean shadow,
    @Nullable Boolean enabled) {

  /** The policy of that name, its version still open; {@link BadInput} if it is none. */
  Policy named(String path) {
    Policy policy =
        new Policy(
            path,
            tier,
            endpoint,
            limit,
            windowMs,
            Objects.requireNonNullElse(algorithm, Algorithm.SLIDING_WINDOW),
            Objects.requireNonNullElse(onOutage, OnOutage.LOCAL),
            Boolean.TRUE.equals(shadow),
            !Boolean.FALSE.equals(enabled),
            0);
    List<Violation> violations = violations(policy);
    if (!violations.isEmpty()) {
      throw new BadInput(violations);
    }
    return policy;
  }

  private List<Violation> violations(Policy policy) {
    List<Violation> violations = new ArrayList<>();
    if (name != null && !name.equals(policy.name())) {
      violations.add(new Violation("name", "must be that of the path"));
    }
    if (policy.algorithm() == Algorithm.EXACT && limit > Policy.MAX_EXACT_LIMIT) {
      violations.add(new Violation("limit", "must be at most 10000 for exact"));
    }
    return violations;
  }
}
