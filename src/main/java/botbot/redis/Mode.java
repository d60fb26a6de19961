package botbot.redis;

/** How the service is running, as far as Redis is concerned. */
public enum Mode {
  /** Redis is in use. */
  NORMAL,
  /** At least one connection to Redis is missing. */
  DEGRADED,
  /** Redis answers, but may not be read yet. */
  RECOVERING
}
