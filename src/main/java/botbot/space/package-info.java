/** Spaces, and the keys in them: values that every other package hands on. It uses nothing. */
@NullMarked
package botbot.space;

import org.jspecify.annotations.NullMarked;
