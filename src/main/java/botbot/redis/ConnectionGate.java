package botbot.redis;

/**
 * Decides whether cached data may be read over a connection to this Redis. A server that was
 * restarted, restored or promoted may hold old data, so its identity must be confirmed first.
 */
public interface ConnectionGate {

  /** Whether this identity is the confirmed one. Answers at once. */
  boolean admits(RedisIdentity identity);

  /**
   * Whether a command made in this epoch may go to this Redis: both must be those in force. A
   * command that was made, or first tried, before an outage would else read after it what a
   * restored server still holds. Called for every gated command: answers at once.
   */
  boolean admits(RedisIdentity identity, long epoch);

  /** A connection is up whose identity is not admitted: have it looked up, without blocking. */
  void present(RedisIdentity identity);

  /** A connection ended: what was known of Redis before does not count any more. */
  void lost();
}
