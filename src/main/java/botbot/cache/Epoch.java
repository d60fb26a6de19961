package botbot.cache;

import botbot.redis.RedisIdentity;
import botbot.space.Deployment;

/**
 * A generation of the cache.
 *
 * @param number part of every cache key; it grows
 * @param redis the Redis it was begun on
 * @param postgres the PostgreSQL it was begun on
 * @param seenPostgres the PostgreSQL this was read from
 * @param deployment whose keys it is about
 * @param cause why it began
 */
record Epoch(
    long number,
    RedisIdentity redis,
    PostgresIdentity postgres,
    PostgresIdentity seenPostgres,
    Deployment deployment,
    String cause) {

  /** Which cluster, and how often it was promoted or restored to a point in time. */
  record PostgresIdentity(String systemIdentifier, int timeline) {}
}
