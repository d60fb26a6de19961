package botbot.cache.expiry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The removal of rows that have expired. */
@ConfigMapping(prefix = "botbot.cleaner")
interface CleanerSettings {

  /** How often each instance looks for expired rows. */
  @WithDefault("10s")
  Duration interval();

  /** How long a row stays after it has expired, and how long nothing is removed after an outage. */
  @WithDefault("1m")
  Duration grace();

  /** Rows removed at once. */
  @WithDefault("500")
  int batch();

  /** The pause between two batches, for others to work. */
  @WithDefault("25ms")
  Duration pause();
}
