/**
 * Settings of the system: a kind of document. It uses {@code document}, {@code change}, {@code
 * http} and {@code access}.
 */
@NullMarked
package botbot.setting;

import org.jspecify.annotations.NullMarked;
