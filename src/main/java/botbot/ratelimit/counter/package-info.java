/**
 * The arithmetic of limits: counters in this process, and what a counter says wherever it is. Of
 * this service it uses nothing.
 */
@NullMarked
package botbot.ratelimit.counter;

import org.jspecify.annotations.NullMarked;
