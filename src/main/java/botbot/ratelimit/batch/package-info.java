/**
 * The way of checks to Redis and back, many together, by the clock of Redis; {@link
 * botbot.ratelimit.batch.Batchers} is its door. Of rate limiting it uses {@code rule} and {@code
 * counter}.
 */
@NullMarked
package botbot.ratelimit.batch;

import org.jspecify.annotations.NullMarked;
