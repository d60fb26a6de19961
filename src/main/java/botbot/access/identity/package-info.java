/**
 * Whose a key is: keys, what they are checked against, callers and roles. Of access it uses nothing
 * else.
 */
@NullMarked
package botbot.access.identity;

import org.jspecify.annotations.NullMarked;
