/**
 * What counts in this process while Redis is away, and tells Redis of it afterwards. Of rate
 * limiting it uses {@code batch}, {@code rule} and {@code counter}.
 */
@NullMarked
package botbot.ratelimit.local;

import org.jspecify.annotations.NullMarked;
