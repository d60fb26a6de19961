/**
 * Conversation sessions, resource to entity. It uses {@code cache}, {@code erasure}, {@code http}
 * and {@code access}.
 */
@NullMarked
package botbot.session;

import org.jspecify.annotations.NullMarked;
