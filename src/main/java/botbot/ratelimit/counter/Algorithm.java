package botbot.ratelimit.counter;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** How a policy counts. */
@RegisterForReflection
public enum Algorithm {
  /** Two windows, the previous one weighted by what of it is still in sight: constant cost. */
  @JsonProperty("sliding-window")
  SLIDING_WINDOW("s"),

  /** A log of admissions: never more than the limit in any window, at a cost that grows with it. */
  @JsonProperty("exact")
  EXACT("e");

  private final String code;

  Algorithm(String code) {
    this.code = code;
  }

  /** Its name in keys and scripts. */
  public String code() {
    return code;
  }
}
