package botbot.ratelimit.policy;

import botbot.ratelimit.rule.Decisions;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a policy decided on this instance.
 *
 * @param policy its name
 * @param observedSeconds for how long it has been counted, at most an hour
 */
@RegisterForReflection
@Schema(name = "RateUsage", description = "How often a policy decided, on one instance.")
record Usage(String policy, long observedSeconds, Decisions lastMinute, Decisions lastHour) {}
