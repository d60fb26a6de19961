package botbot.redis;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

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

  /** The epoch in force, 0 before the first. Answers at once. */
  long number();

  /** The last epoch that had begun when this was asked; fails while PostgreSQL is away. */
  CompletionStage<Long> lastBegun();

  /** A connection is up whose identity is not admitted: have it looked up, without blocking. */
  void present(RedisIdentity identity);

  /**
   * A connection is up to a Redis that does not say who it is, and whose mark is not admitted: have
   * an epoch begun, unless one is young, and a new mark put into that Redis. Without blocking.
   */
  void presentUnnamed(Consumer<String> mark);

  /** A connection ended: what was known of Redis before does not count any more. */
  void lost();
}
