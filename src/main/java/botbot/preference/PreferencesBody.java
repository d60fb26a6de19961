package botbot.preference;

import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;

/** Body of a PUT of all preferences: an object. */
@RegisterForReflection
@JsonIgnoreProperties({"userId", "version", "updatedAt"})
record PreferencesBody(@NotNull Json preferences) {}
