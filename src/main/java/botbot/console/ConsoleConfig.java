package botbot.console;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Whether administrators work in a browser. */
@ConfigMapping(prefix = "botbot.console")
public interface ConsoleConfig {

  /** Whether {@code /console} is served, and its cookie taken for a key. */
  @WithDefault("true")
  boolean enabled();
}
