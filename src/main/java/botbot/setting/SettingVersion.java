package botbot.setting;

import botbot.document.DocumentVersion;
import botbot.document.PastEdition;
import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One version of a setting. */
@RegisterForReflection
@JsonPropertyOrder({"key", "value"})
@Schema(
    description = "One version of a setting.",
    requiredProperties = {"key", "value", "version", "updatedAt", "updatedBy"})
record SettingVersion(String key, Json value, @JsonUnwrapped PastEdition edition) {

  static SettingVersion of(DocumentVersion version) {
    return new SettingVersion(version.key(), version.content(), version.edition());
  }
}
