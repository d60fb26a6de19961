/**
 * What stands under a key of the cache, when it expires, and {@link botbot.cache.entry.CacheStore},
 * which puts it there. Of the cache it uses nothing.
 */
@NullMarked
package botbot.cache.entry;

import org.jspecify.annotations.NullMarked;
