/** BotBot State: conversation state, preferences and rate checks for bot frontends. */
@NullMarked
package botbot;

import org.jspecify.annotations.NullMarked;
