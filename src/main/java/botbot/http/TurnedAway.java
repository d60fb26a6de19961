package botbot.http;

/**
 * PostgreSQL refused a new connection that a request needed.
 *
 * @param cause why, in its own words
 */
public record TurnedAway(String cause) {}
