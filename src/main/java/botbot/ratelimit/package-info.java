/**
 * Rate checks over HTTP, and the engine that decides them: from memory, by Redis, or by what stands
 * in for it while it is away. It may use all its inner rooms, and {@code http}, {@code access},
 * {@code erasure} and {@code redis}.
 */
@NullMarked
package botbot.ratelimit;

import org.jspecify.annotations.NullMarked;
