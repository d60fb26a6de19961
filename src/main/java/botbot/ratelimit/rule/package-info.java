/**
 * What is asked, the rules it is asked of, and what they say. Of rate limiting it uses {@code
 * counter} alone.
 */
@NullMarked
package botbot.ratelimit.rule;

import org.jspecify.annotations.NullMarked;
