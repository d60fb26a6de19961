package botbot.redis.protocol;

import botbot.redis.connection.ConnectionGate;

/**
 * Redis gave no answer in time. Unless the reason says that the command was not sent, it may have
 * run.
 */
public final class RedisUnavailable extends RuntimeException {

  /** Why there is no answer. */
  public enum Reason {
    /** No connection, or the circuit breaker is open: the command was not sent. */
    DOWN,
    /** The connection ended while the command was under way. */
    LOST,
    /** The deadline passed. */
    LATE,
    /** The connection is not admitted by the {@link ConnectionGate}: the command was not sent. */
    NOT_ADMITTED
  }

  private final Reason reason;

  public RedisUnavailable(Reason reason) {
    // no stack trace: in an outage this is thrown for every request
    super("Redis is unavailable: " + reason, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Whether the same command may be answered now: not where its deadline is spent. */
  public static boolean isWorthRetrying(Throwable fault) {
    return fault instanceof RedisUnavailable unavailable
        && (unavailable.reason == Reason.LOST || unavailable.reason == Reason.DOWN);
  }
}
