package botbot.agent;

import botbot.document.DocumentVersion;
import botbot.http.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One version of an agent's configuration.
 *
 * @param version 1, 2, 3 …
 * @param schema what it was checked against; absent if nothing
 * @param deletedAt when the agent was deleted, if that was while this was its latest version
 * @param deletedBy the name of the client that deleted it
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    description = "One version of an agent's configuration.",
    requiredProperties = {"agentId", "config", "version", "updatedAt", "updatedBy"})
record AgentVersion(
    String agentId,
    Json config,
    long version,
    Instant updatedAt,
    String updatedBy,
    @Nullable Json schema,
    @Nullable Instant deletedAt,
    @Nullable String deletedBy) {

  static AgentVersion of(DocumentVersion version) {
    return new AgentVersion(
        version.key(),
        version.content(),
        version.number(),
        version.updatedAt(),
        version.updatedBy(),
        version.schema(),
        version.deletedAt(),
        version.deletedBy());
  }
}
