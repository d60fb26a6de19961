package botbot.change;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The stream of changes. */
@ConfigMapping(prefix = "botbot.changes")
interface ChangeSettings {

  /** How often an instance that has listeners asks PostgreSQL for changes. */
  @WithDefault("200ms")
  Duration poll();

  /** How often a listener is sent a heartbeat. */
  @WithDefault("15s")
  Duration heartbeat();

  /** A listener that takes nothing for this long is cut; it catches up when it returns. */
  @WithDefault("10s")
  Duration patience();
}
