package botbot.http.wire;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long a client may take. */
@ConfigMapping(prefix = "botbot.connections")
interface ConnectionSettings {

  /** The longest from the beginning of a connection or request to the end of the request's head. */
  @WithDefault("10s")
  Duration headTimeout();

  /** The longest that nothing comes of a request's body. */
  @WithDefault("30s")
  Duration bodyTimeout();
}
