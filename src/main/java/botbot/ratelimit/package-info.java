/**
 * Rate checks: policies, the engine that decides over Redis counters, and what stands in for it
 * while Redis is away. May use {@code http}, {@code access}, {@code redis} and {@code database}.
 */
@NullMarked
package botbot.ratelimit;

import org.jspecify.annotations.NullMarked;
