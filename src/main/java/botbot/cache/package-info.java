/**
 * The annotated cache as features see it: annotations, interceptors, the short way of a hit, {@code
 * Cache-Status}. It may use all its inner rooms but {@code near} and {@code expiry}, and {@code
 * redis}, {@code database} and {@code http}, and no feature.
 */
@NullMarked
package botbot.cache;

import org.jspecify.annotations.NullMarked;
