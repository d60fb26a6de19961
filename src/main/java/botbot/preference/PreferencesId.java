package botbot.preference;

import java.io.Serializable;

/** The id of a row of preferences. */
public record PreferencesId(String space, String userId) implements Serializable {}
