package botbot.ratelimit;

import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.rule.Policy;
import botbot.ratelimit.rule.Verdict;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What one policy says to a check.
 *
 * @param name the policy
 * @param limit units it admits in its window
 * @param windowMs milliseconds
 * @param remaining units left after the check
 * @param resetMs milliseconds to a full reset, if nothing else is charged
 * @param shadow whether it only counts and reports
 */
@RegisterForReflection
@Schema(name = "RatePolicyState")
record PolicyAnswer(
    String name, long limit, long windowMs, long remaining, long resetMs, boolean shadow) {

  static PolicyAnswer of(Verdict verdict) {
    Policy policy = verdict.rule().policy();
    Reading reading = verdict.reading();
    return new PolicyAnswer(
        policy.name(),
        policy.limit(),
        policy.windowMs(),
        reading.remaining(),
        reading.resetMs(),
        policy.shadow());
  }
}
