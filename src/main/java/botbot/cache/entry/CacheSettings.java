package botbot.cache.entry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the cache keeps and waits. */
@ConfigMapping(prefix = "botbot.cache")
public interface CacheSettings {

  /** How long an entry is kept, less up to a tenth of jitter. */
  @WithDefault("10m")
  Duration ttl();

  /** How long it is remembered that a key has no value, less up to a tenth of jitter. */
  @WithDefault("5s")
  Duration negativeTtl();

  /** How long a load may take and still fill. */
  @WithDefault("2s")
  Duration lease();

  /** Loads from PostgreSQL under way at once; others queue. */
  @WithDefault("16")
  int loads();

  /** The longest a load queues before it is refused with 503. */
  @WithDefault("3s")
  Duration loadWait();

  /** The longest a write queues behind others of the same key before it is refused with 503. */
  @WithDefault("10s")
  Duration writeWait();

  /** How often the outbox and the epoch are looked at, while the cache is in use. */
  @WithDefault("200ms")
  Duration look();

  /** The same while it is not; the first read after that looks by itself. */
  @WithDefault("2s")
  Duration idleLook();

  /** Redis is read only while it is known to have every write that was committed this long ago. */
  @WithDefault("1s")
  Duration lookAge();

  /**
   * A write that was committed this long and a round trip ago is replayed by the relay of any
   * instance.
   */
  @WithDefault("100ms")
  Duration replayAge();

  /** An outbox longer than this starts a new epoch instead of being replayed. */
  @WithDefault("10000")
  int outboxBound();
}
