package botbot.redis.protocol;

/**
 * A part of Redis: hash slots from one to another, both included, and the primary that has them.
 * Without a cluster there is one part.
 */
public record RedisPart(int from, int to, RedisIdentity primary) {

  /** The last hash slot. */
  public static final int LAST = HashSlot.COUNT - 1;

  /** All there is, of a Redis that is no cluster. */
  public static RedisPart all(RedisIdentity primary) {
    return new RedisPart(0, LAST, primary);
  }
}
