/**
 * Configurations of agents: a kind of document. It uses {@code document}, {@code change}, {@code
 * http} and {@code access}.
 */
@NullMarked
package botbot.agent;

import org.jspecify.annotations.NullMarked;
