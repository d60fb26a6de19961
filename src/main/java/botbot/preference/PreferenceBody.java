package botbot.preference;

import botbot.http.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;

/** Body of a PUT of one preference: any value, {@code null} included. */
@RegisterForReflection
record PreferenceBody(@NotNull Json value) {}
