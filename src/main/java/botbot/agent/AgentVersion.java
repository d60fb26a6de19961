package botbot.agent;

import botbot.document.DocumentVersion;
import botbot.document.PastEdition;
import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One version of an agent's configuration. */
@RegisterForReflection
@JsonPropertyOrder({"agentId", "config"})
@Schema(
    description = "One version of an agent's configuration.",
    requiredProperties = {"agentId", "config", "version", "updatedAt", "updatedBy"})
record AgentVersion(String agentId, Json config, @JsonUnwrapped PastEdition edition) {

  static AgentVersion of(DocumentVersion version) {
    return new AgentVersion(version.key(), version.content(), version.edition());
  }
}
