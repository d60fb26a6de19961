/**
 * Who waits for PostgreSQL: for a turn of its own, or for the load of another. Of the cache it uses
 * {@code entry} alone.
 */
@NullMarked
package botbot.cache.queue;

import org.jspecify.annotations.NullMarked;
