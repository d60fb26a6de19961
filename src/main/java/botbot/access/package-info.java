/**
 * Who may call: API keys, roles, and the interface by which callers are protected from each other.
 * It may use {@code http}, {@code cache} and {@code console}.
 */
@NullMarked
package botbot.access;

import org.jspecify.annotations.NullMarked;
