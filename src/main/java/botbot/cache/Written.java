package botbot.cache;

/**
 * What a write stored.
 *
 * @param created whether there was nothing before
 */
public record Written<V extends Versioned>(V value, boolean created) {}
