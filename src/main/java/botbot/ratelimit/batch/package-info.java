/**
 * The way of checks to Redis and back: entries that travel together, the script, and the clock of
 * Redis. Of rate limiting it uses {@code rule} and {@code counter}.
 */
@NullMarked
package botbot.ratelimit.batch;

import org.jspecify.annotations.NullMarked;
