/**
 * The stream of changes of what is read by all and changed rarely, for whoever holds a copy. A
 * feature notes a change by {@link botbot.change.Changes}; nothing is ever pruned, so that a
 * listener can catch up from anywhere. It uses {@code http}, {@code access}, {@code cache} and
 * {@code database}, and no feature.
 */
@NullMarked
package botbot.change;

import org.jspecify.annotations.NullMarked;
