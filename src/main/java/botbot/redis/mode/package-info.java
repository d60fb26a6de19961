/**
 * Whether this instance works with Redis or without, and what is wrong; told once, to the log and
 * to listeners. Of the door it uses {@code protocol} alone.
 */
@NullMarked
package botbot.redis.mode;

import org.jspecify.annotations.NullMarked;
