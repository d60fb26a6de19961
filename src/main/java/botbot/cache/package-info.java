/**
 * The annotated cache and what makes it safe: envelope, lease, set-if-newer, outbox, epochs, near
 * cache and {@code Cache-Status}. It uses {@code redis}, {@code database} and {@code http}, and no
 * feature.
 */
@NullMarked
package botbot.cache;

import org.jspecify.annotations.NullMarked;
