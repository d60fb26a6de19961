package botbot.ratelimit.rule;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** What a policy does while Redis is away. */
@RegisterForReflection
public enum OnOutage {
  /** Each instance counts for itself. */
  @JsonProperty("local")
  LOCAL,

  /** Everything is admitted, and counted. */
  @JsonProperty("allow")
  ALLOW,

  /** Nothing is admitted: 503. */
  @JsonProperty("deny")
  DENY
}
