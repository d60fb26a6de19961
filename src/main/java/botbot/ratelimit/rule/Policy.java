package botbot.ratelimit.rule;

import botbot.ratelimit.counter.Algorithm;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A limit and whom it is for. Every enabled policy whose tier and endpoint match a check is asked.
 *
 * @param name its name, unique
 * @param tier the tier it is for, or {@code *} for any and none
 * @param endpoint the endpoint it is for, {@code prefix.*} for all below a prefix, or {@code *}
 * @param limit units of cost, 1 to 10^9, {@code exact} to 10,000
 * @param windowMs milliseconds, 100 to 2,678,400,000
 * @param algorithm how it counts
 * @param onOutage what it does while Redis is away
 * @param shadow whether it only counts and reports, and denies nobody
 * @param enabled whether it takes part at all
 * @param version grows with every change, even over deletion and re-creation
 */
@RegisterForReflection
@Schema(name = "RatePolicy")
public record Policy(
    String name,
    String tier,
    String endpoint,
    long limit,
    long windowMs,
    Algorithm algorithm,
    OnOutage onOutage,
    boolean shadow,
    boolean enabled,
    long version) {

  /** Stands for any tier or endpoint, a missing one included; ends an endpoint that is a prefix. */
  static final String ANY = "*";

  /** The highest limit of an {@code exact} policy, whose cost grows with it. */
  public static final long MAX_EXACT_LIMIT = 10_000;

  public Policy at(long newVersion) {
    return new Policy(
        name, tier, endpoint, limit, windowMs, algorithm, onOutage, shadow, enabled, newVersion);
  }
}
