/** What Redis calls things and how it refuses. Of this service it uses {@code connection} alone. */
@NullMarked
package botbot.redis.protocol;

import org.jspecify.annotations.NullMarked;
