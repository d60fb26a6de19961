package botbot.cache.expiry;

/**
 * A table whose rows end by themselves, at {@code expires_at}, and are to be removed some time
 * later. A feature declares its tables as beans of this type.
 */
public record ExpiredRows(String table) {}
