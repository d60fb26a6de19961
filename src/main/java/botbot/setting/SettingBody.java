package botbot.setting;

import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Body of a PUT of a setting.
 *
 * @param value any JSON value, {@code null} included
 * @param schema a JSON Schema (2020-12) that this and every later version must keep to; absent to
 *     keep the one there is, {@code true} to lift it
 */
@RegisterForReflection
@Schema(description = "A value, and what it and every later one must keep to.")
@JsonIgnoreProperties({"key", "version", "updatedAt", "updatedBy"})
record SettingBody(@NotNull Json value, @Nullable Json schema) {}
