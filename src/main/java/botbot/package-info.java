/** BotBot State: conversation state, preferences and rate checks for bot frontends. */
package botbot;
