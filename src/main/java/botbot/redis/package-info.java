/**
 * The one typed door to Redis: whatever sends a command sends it here, with a deadline, retry and a
 * circuit breaker. It uses its inner rooms and {@code connection}, and nothing else in this service
 * sends a command.
 */
@NullMarked
package botbot.redis;

import org.jspecify.annotations.NullMarked;
