package botbot.ratelimit;

import botbot.ratelimit.Decision.Counted;
import botbot.ratelimit.Decision.Refused;
import botbot.ratelimit.Decision.Unmatched;
import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.rule.Source;
import botbot.ratelimit.rule.Verdict;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a rate check. {@code limit}, {@code remaining} and {@code resetMs} are those of the
 * policy with the least left, shadows aside; absent without one.
 *
 * @param allowed whether the caller may go on
 * @param limit units
 * @param remaining units left after the check
 * @param resetMs milliseconds to a full reset, if nothing else is charged
 * @param retryAfterMs milliseconds until this cost would be admitted, if nothing else is charged;
 *     absent when it is, and when it never will be
 * @param source who counted
 * @param policies what each policy says, by name
 */
@RegisterForReflection
@Schema(name = "RateCheckAnswer")
@JsonInclude(JsonInclude.Include.NON_NULL)
record Answer(
    boolean allowed,
    @Nullable Long limit,
    @Nullable Long remaining,
    @Nullable Long resetMs,
    @Nullable Long retryAfterMs,
    // in place: as a schema of its own, LOCAL would be one with that of OnOutage in Go
    @Schema(
            implementation = String.class,
            enumeration = {"redis", "local"})
        Source source,
    List<PolicyAnswer> policies) {

  static final Answer UNLIMITED = new Answer(true, null, null, null, null, Source.REDIS, List.of());
  static final Answer REFUSED = new Answer(false, null, null, null, null, Source.LOCAL, List.of());

  static Answer of(Decision decision) {
    return switch (decision) {
      case Unmatched unmatched -> UNLIMITED;
      case Refused refused -> REFUSED;
      case Counted counted -> of(counted);
    };
  }

  private static Answer of(Counted counted) {
    List<PolicyAnswer> policies = new ArrayList<>(counted.verdicts().size());
    PolicyAnswer least = null;
    boolean allowed = true;
    long retry = 0;
    for (Verdict verdict : counted.verdicts()) {
      PolicyAnswer policy = PolicyAnswer.of(verdict);
      policies.add(policy);
      if (!policy.shadow() && (least == null || policy.remaining() < least.remaining())) {
        least = policy;
      }
      if (verdict.denies()) {
        allowed = false;
        retry = Math.max(retry, verdict.reading().retryMs(counted.check().wanted()));
      }
    }
    return new Answer(
        allowed,
        least == null ? null : least.limit(),
        least == null ? null : least.remaining(),
        least == null ? null : least.resetMs(),
        allowed || retry == Reading.NEVER ? null : retry,
        counted.source(),
        policies);
  }

  /** Its members by name, those that are absent left out. */
  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("allowed", allowed);
    put(members, "limit", limit);
    put(members, "remaining", remaining);
    put(members, "resetMs", resetMs);
    put(members, "retryAfterMs", retryAfterMs);
    members.put("source", source);
    members.put("policies", policies);
    return members;
  }

  private static void put(Map<String, Object> members, String name, @Nullable Long value) {
    if (value != null) {
      members.put(name, value);
    }
  }
}
