/** Removes rows whose life has ended. Of the cache it uses nothing. */
@NullMarked
package botbot.cache.expiry;

import org.jspecify.annotations.NullMarked;
