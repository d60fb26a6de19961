package botbot.cache.freshness;

/**
 * CDI event: PostgreSQL has told a write of an epoch which this instance has not gone over to yet.
 * It reads nothing from Redis until then.
 */
record LaterEpoch(long number) {}
