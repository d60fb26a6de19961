package botbot.redis.mode;

/** How the service is running, as far as Redis and what is read from it are concerned. */
public enum Mode {
  /** Redis is in use. */
  NORMAL,
  /** Redis is not reached, refuses what is needed, or nothing vouches for what it holds. */
  DEGRADED,
  /** Redis answers, but may not be read yet. */
  RECOVERING
}
