/**
 * What stands under a key of the cache, the commands that put it there, and when it expires. Of the
 * cache it uses nothing.
 */
@NullMarked
package botbot.cache.entry;

import org.jspecify.annotations.NullMarked;
