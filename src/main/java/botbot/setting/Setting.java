package botbot.setting;

import botbot.document.Document;
import botbot.http.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A setting as it is in force.
 *
 * @param value any JSON value
 * @param version 1, 2, 3 …
 * @param updatedBy the name of the client that wrote it
 */
@RegisterForReflection
@Schema(
    description = "A setting.",
    requiredProperties = {"key", "value", "version", "updatedAt", "updatedBy"})
record Setting(String key, Json value, long version, Instant updatedAt, String updatedBy) {

  static Setting of(Document document) {
    return new Setting(
        document.key(),
        document.content(),
        document.number(),
        document.updatedAt(),
        document.updatedBy());
  }
}
