/**
 * Keys as requests present them: as bearers, or by the cookie that a browser gets when it signs in
 * to the console. Of access it uses {@code identity} alone.
 */
@NullMarked
package botbot.access.presented;

import org.jspecify.annotations.NullMarked;
