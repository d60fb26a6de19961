package botbot.agent;

import botbot.document.Document;
import botbot.http.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An agent's configuration as it is in force.
 *
 * @param config an object
 * @param version 1, 2, 3 …
 * @param updatedBy the name of the client that wrote it
 */
@RegisterForReflection
@Schema(
    description = "An agent's configuration.",
    requiredProperties = {"agentId", "config", "version", "updatedAt", "updatedBy"})
record Agent(String agentId, Json config, long version, Instant updatedAt, String updatedBy) {

  static Agent of(Document document) {
    return new Agent(
        document.key(),
        document.content(),
        document.number(),
        document.updatedAt(),
        document.updatedBy());
  }
}
