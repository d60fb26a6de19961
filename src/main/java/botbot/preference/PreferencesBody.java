package botbot.preference;

import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Body of a PUT of all preferences: an object. */
@RegisterForReflection
@JsonIgnoreProperties({"userId", "version", "updatedAt"})
record PreferencesBody(@NotNull Json preferences) {

  /** Whether a PUT of it is not refused for what it says; why it is, is not said. */
  @Schema(hidden = true)
  boolean isValid() {
    return preferences != null && PreferenceNames.areAddressable(preferences);
  }
}
