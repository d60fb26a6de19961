package botbot.preference;

import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;

/** Body of a PUT of one preference: any value, {@code null} included. */
@RegisterForReflection
@JsonIgnoreProperties({"userId", "key", "version", "updatedAt"})
record PreferenceBody(@NotNull Json value) {}
