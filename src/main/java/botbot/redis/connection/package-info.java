/**
 * Connections that live on the event loops, to each server that is there, and the gate before them.
 * Of the door it uses {@code topology}, {@code mode} and {@code protocol}.
 */
@NullMarked
package botbot.redis.connection;

import org.jspecify.annotations.NullMarked;
