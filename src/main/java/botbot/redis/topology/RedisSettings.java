package botbot.redis.topology;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How the door to Redis behaves; where Redis is, is {@code quarkus.redis.*}. */
@ConfigMapping(prefix = "botbot.redis")
public interface RedisSettings {

  /** The file with the password, which is read for each new connection. */
  Optional<Path> passwordFile();

  /** The longest a caller waits for the answer to one command; then its connection is closed. */
  @WithDefault("100ms")
  Duration deadline();

  /** The longest that connecting, the handshake included, may take. */
  @WithDefault("2s")
  Duration connectTimeout();

  /** How often it is asked who answers, while Redis is in use. */
  @WithDefault("250ms")
  Duration probe();

  /** How long nothing is answered before Redis is asked anyway: a frozen one is noticed by then. */
  @WithDefault("1s")
  Duration idleProbe();

  /** Reconnection never gives up; it backs off between these bounds, with jitter. */
  Reconnect reconnect();

  /** Bounds of the wait between two attempts to connect. */
  interface Reconnect {
    /** The first wait. */
    @WithDefault("100ms")
    Duration min();

    /** The longest wait: Redis is in use again at most this long after it is back. */
    @WithDefault("1s")
    Duration max();
  }
}
