/**
 * A trace of requests by the users of two bots, and its replay over HTTP; may use the test harness
 * and nothing of the service.
 */
@NullMarked
package botbot.trace;

import org.jspecify.annotations.NullMarked;
