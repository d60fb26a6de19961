/**
 * What a call may do: the space it works in, whether it may pass, and the short way to an answer.
 * It may use {@code http}, {@code cache} and {@code console}.
 */
@NullMarked
package botbot.access;

import org.jspecify.annotations.NullMarked;
