package botbot.access.identity;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Who may do everything, before there is any client. */
@ConfigMapping(prefix = "botbot")
interface AccessConfig {

  /**
   * A key that always has every role, in the environment {@code BOTBOT_ADMIN_KEY}; none by default.
   */
  Optional<String> adminKey();
}
