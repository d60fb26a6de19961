/**
 * What keeps Redis from being read where it may be older than promised: epochs, the outbox, and
 * looks at PostgreSQL. Of the cache it uses {@code entry} alone.
 */
@NullMarked
package botbot.cache.freshness;

import org.jspecify.annotations.NullMarked;
