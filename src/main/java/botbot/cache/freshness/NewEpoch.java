package botbot.cache.freshness;

/** CDI event: this instance has gone over to another epoch, in which the cache starts empty. */
public record NewEpoch(long number) {}
