package botbot.cache;

/** CDI event: this instance has gone over to another epoch, in which the cache starts empty. */
record NewEpoch(long number) {}
