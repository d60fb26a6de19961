/**
 * A user's rights, to see and to erase what is kept of them, and the end of spaces. The features
 * that keep something of users offer it here. It uses {@code cache}, {@code redis}, {@code http},
 * {@code access} and {@code database}.
 */
@NullMarked
package botbot.erasure;

import org.jspecify.annotations.NullMarked;
