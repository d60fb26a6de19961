package botbot.ratelimit.rule;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How often a policy decided.
 *
 * @param admitted checks that it let pass and that passed
 * @param denied checks that it denied
 * @param shadowDenied checks that it would have denied, had it not been a shadow
 */
@RegisterForReflection
@Schema(name = "RateDecisions", description = "Decisions of a policy in some time.")
public record Decisions(long admitted, long denied, long shadowDenied) {

  public static final Decisions NONE = new Decisions(0, 0, 0);

  /** Those that were made after {@code earlier}. */
  public Decisions since(Decisions earlier) {
    return new Decisions(
        admitted - earlier.admitted, denied - earlier.denied, shadowDenied - earlier.shadowDenied);
  }
}
