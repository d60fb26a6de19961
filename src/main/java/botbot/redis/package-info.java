/**
 * The one typed door to Redis: connections that live on the event loops, a deadline for every
 * command, retry, circuit breaker, reconnection, Lua scripts and the mode of operation. Of this
 * service it uses {@code connection} alone, and nothing else in this service sends a command.
 */
@NullMarked
package botbot.redis;

import org.jspecify.annotations.NullMarked;
