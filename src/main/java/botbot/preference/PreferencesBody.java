package botbot.preference;

import botbot.http.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;

/** Body of a PUT of all preferences: an object. */
@RegisterForReflection
record PreferencesBody(@NotNull Json preferences) {}
