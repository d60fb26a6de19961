package botbot.ratelimit;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who counted. */
public enum Source {
  /** Redis, for all instances together. */
  @JsonProperty("redis")
  REDIS,

  /** This instance alone, Redis being away. */
  @JsonProperty("local")
  LOCAL
}
