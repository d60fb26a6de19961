/**
 * The cache as features see it: by {@link botbot.cache.Cached}, {@link botbot.cache.CacheUpdate}
 * and {@link botbot.cache.CacheEvict} on their methods. It may use all its inner rooms but {@code
 * near} and {@code expiry}, and {@code redis}, {@code database} and {@code http}, and no feature.
 */
@NullMarked
package botbot.cache;

import org.jspecify.annotations.NullMarked;
