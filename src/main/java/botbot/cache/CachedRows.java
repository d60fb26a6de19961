package botbot.cache;

/**
 * A table whose rows are cached and belong to users.
 *
 * @param cache its cache
 * @param table has the columns {@code space} and {@code user_id}
 * @param id an SQL expression for the id of a row in the cache
 */
public record CachedRows(String cache, String table, String id) {}
