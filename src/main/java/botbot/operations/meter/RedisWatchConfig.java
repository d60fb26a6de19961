package botbot.operations.meter;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How Redis is watched. */
@ConfigMapping(prefix = "botbot.redis")
interface RedisWatchConfig {

  /** Redis is slow while the 99th percentile of its answers over a minute is above this. */
  @WithDefault("50ms")
  Duration slow();

  /** How often Redis is asked for its own figures. */
  @WithDefault("10s")
  Duration info();
}
