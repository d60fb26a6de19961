/**
 * What is kept in this process for half a second, for data that are read far more often than they
 * change. Of the cache it uses {@code freshness} and {@code queue}.
 */
@NullMarked
package botbot.cache.near;

import org.jspecify.annotations.NullMarked;
