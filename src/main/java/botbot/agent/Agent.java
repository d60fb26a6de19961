package botbot.agent;

import botbot.document.Document;
import botbot.document.Edition;
import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An agent's configuration as it is in force.
 *
 * @param config an object
 */
@RegisterForReflection
@JsonPropertyOrder({"agentId", "config"})
@Schema(
    description = "An agent's configuration.",
    requiredProperties = {"agentId", "config", "version", "updatedAt", "updatedBy"})
record Agent(String agentId, Json config, @JsonUnwrapped Edition edition) {

  static Agent of(Document document) {
    return new Agent(document.key(), document.content(), document.edition());
  }
}
