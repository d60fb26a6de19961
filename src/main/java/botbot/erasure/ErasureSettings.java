package botbot.erasure;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The erasure of spaces, and of what Redis holds of users. */
@ConfigMapping(prefix = "botbot.erasure")
interface ErasureSettings {

  /** How often each instance looks for what another one left undone. */
  @WithDefault("30s")
  Duration interval();

  /** How often it looks while there is something to erase. */
  @WithDefault("1s")
  Duration retry();

  /** Rows erased at once. */
  @WithDefault("400")
  int batch();

  /** The pause between two batches, for others to work. */
  @WithDefault("8ms")
  Duration pause();
}
