package botbot.ratelimit.rule;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How rate checks are carried out; the limits themselves are policies. */
@ConfigMapping(prefix = "botbot.rate")
public interface RateConfig {

  /** How many counters one call of the script asks at most, checks being kept whole. */
  @WithDefault("256")
  int batch();

  /** How many checks wait on one event loop at most; what comes on top is counted locally. */
  @WithDefault("10000")
  int waiting();

  /** The longest an exhausted counter is remembered by an instance; 0 turns that off. */
  @WithDefault("500ms")
  Duration denialMemory();

  /** How many subjects with an exhausted counter are remembered at most. */
  @WithDefault("100000")
  long denials();

  /** How many subjects are counted locally at most while Redis is away. */
  @WithDefault("100000")
  long localSubjects();

  /** How often counts taken locally are offered to Redis while there are any. */
  @WithDefault("250ms")
  Duration mergeInterval();

  /** How often PostgreSQL is asked whether a policy has changed, while there are checks. */
  @WithDefault("250ms")
  Duration policyRefresh();

  /** The longest a check waits for the policies when the instance has just started. */
  @WithDefault("1s")
  Duration policyWait();
}
