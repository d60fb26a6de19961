/**
 * What those who start, route and restart instances ask. Of operations it uses {@code alert} alone.
 */
@NullMarked
package botbot.operations.health;

import org.jspecify.annotations.NullMarked;
