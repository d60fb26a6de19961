package botbot.cache.near;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long agents, settings, policies and clients serve from the memory of this process. */
@ConfigMapping(prefix = "botbot.near-cache")
interface NearCacheConfig {

  /** How long a value serves without being loaded again, from the start of its load. */
  @WithDefault("500ms")
  Duration fresh();

  /** How long a request waits for a load if an older value is at hand; with the above under 1 s. */
  @WithDefault("250ms")
  Duration patience();

  /**
   * Loads under way at once in each near cache; others queue, lest made-up keys flood PostgreSQL.
   */
  @WithDefault("8")
  int loads();

  /** The longest a load queues before it is refused with 503, or an older value serves. */
  @WithDefault("1s")
  Duration loadWait();

  /** How many values each near cache keeps. */
  @WithDefault("10000")
  long size();
}
