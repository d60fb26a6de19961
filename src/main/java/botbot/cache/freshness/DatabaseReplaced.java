package botbot.cache.freshness;

/**
 * CDI event: PostgreSQL is another one than it was, or was promoted or restored. What this process
 * remembers of it may never have been there.
 */
public record DatabaseReplaced() {}
