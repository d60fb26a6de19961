/** Temporary data, resource to entity. It uses {@code cache}, {@code http} and {@code access}. */
@NullMarked
package botbot.scratch;

import org.jspecify.annotations.NullMarked;
