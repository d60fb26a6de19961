/**
 * Policies, their table and their HTTP, which of them are in force, and what they decided of late.
 * Of rate limiting it uses {@code rule} and {@code counter}.
 */
@NullMarked
package botbot.ratelimit.policy;

import org.jspecify.annotations.NullMarked;
