/**
 * Rate checks over HTTP, what a client's own calls cost, and {@link botbot.ratelimit.RateEngine},
 * which decides: from memory, by Redis, or by what stands in for it while it is away. It may use
 * all its inner rooms, and {@code http}, {@code access}, {@code change}, {@code erasure}, {@code
 * redis} and {@code database}.
 */
@NullMarked
package botbot.ratelimit;

import org.jspecify.annotations.NullMarked;
