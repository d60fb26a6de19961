/**
 * Where Redis is: hosts and secrets as configured, the primary behind Sentinel, the hash slots of a
 * cluster. Of the door it uses {@code protocol} alone.
 */
@NullMarked
package botbot.redis.topology;

import org.jspecify.annotations.NullMarked;
