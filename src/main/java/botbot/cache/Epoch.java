package botbot.cache;

import botbot.redis.RedisIdentity;
import botbot.space.Deployment;

/**
 * A generation of the cache.
 *
 * @param number part of every cache key; it grows
 * @param redis the Redis it was begun on
 * @param ofThisServer whether the server of PostgreSQL it was begun on is the one it was read from
 * @param deployment whose keys it is about
 * @param cause why it began
 */
record Epoch(
    long number, RedisIdentity redis, boolean ofThisServer, Deployment deployment, String cause) {}
