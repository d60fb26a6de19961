package botbot.ratelimit.rule;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Who counted. */
@RegisterForReflection
public enum Source {
  /** Redis, for all instances together. */
  @JsonProperty("redis")
  REDIS,

  /** This instance alone, Redis being away. */
  @JsonProperty("local")
  LOCAL
}
