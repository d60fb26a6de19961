/**
 * The administrators' console: pages that a browser runs, made of the public API alone. It may use
 * {@code http}.
 */
@NullMarked
package botbot.console;

import org.jspecify.annotations.NullMarked;
