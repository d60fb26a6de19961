/**
 * Who may call: API keys, roles, and the interface by which callers are protected from each other.
 * It may use {@code http} and {@code cache}.
 */
@NullMarked
package botbot.access;

import org.jspecify.annotations.NullMarked;
