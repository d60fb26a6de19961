package botbot.redis.connection;

import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisPart;
import java.util.List;
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
   * Whether a command for a hash slot, made when its entries were of this epoch, may go to this
   * Redis: all must be as they are in force. A command that was made, or first tried, before an
   * outage would else read after it what a restored server still holds. Called for every gated
   * command: answers at once. Without a cluster all is in slot 0.
   */
  boolean admits(RedisIdentity identity, int slot, long epoch);

  /** Whether these parts have the confirmed primaries. Answers at once. */
  boolean knows(List<RedisPart> parts);

  /** The epoch in force, 0 before the first. Answers at once. */
  long number();

  /** The last epoch that had begun when this was asked; fails while PostgreSQL is away. */
  CompletionStage<Long> lastBegun();

  /**
   * These are reached, and the gate does not know them: have them looked up, without blocking. What
   * is not among them stays as it was.
   */
  void present(List<RedisPart> parts);

  /**
   * A connection is up to a Redis that does not say who it is, and whose mark is not admitted: have
   * an epoch begun, unless one is young, and a new mark put into that Redis. Without blocking.
   */
  void presentUnnamed(Consumer<String> mark);

  /** A connection to this Redis ended: what was known of it before does not count any more. */
  void lost(RedisIdentity identity);
}
