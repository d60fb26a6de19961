/**
 * Connections below requests: what is framed in two ways is refused, and what one peer may hold is
 * bounded. Netty calls it for each connection that a client opens.
 */
@NullMarked
package botbot.http.wire;

import org.jspecify.annotations.NullMarked;
