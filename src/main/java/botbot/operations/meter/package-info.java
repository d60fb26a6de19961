/**
 * Meters of this instance and of Redis, and what they say of how fast Redis is. Of operations it
 * uses nothing else.
 */
@NullMarked
package botbot.operations.meter;

import org.jspecify.annotations.NullMarked;
