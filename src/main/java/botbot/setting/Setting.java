package botbot.setting;

import botbot.document.Document;
import botbot.document.Edition;
import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A setting as it is in force.
 *
 * @param value any JSON value
 */
@RegisterForReflection
@JsonPropertyOrder({"key", "value"})
@Schema(
    description = "A setting.",
    requiredProperties = {"key", "value", "version", "updatedAt", "updatedBy"})
record Setting(String key, Json value, @JsonUnwrapped Edition edition) {

  static Setting of(Document document) {
    return new Setting(document.key(), document.content(), document.edition());
  }
}
