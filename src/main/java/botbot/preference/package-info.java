/**
 * Preferences of users, resource to entity. It uses {@code cache}, {@code erasure}, {@code http}
 * and {@code access}.
 */
@NullMarked
package botbot.preference;

import org.jspecify.annotations.NullMarked;
