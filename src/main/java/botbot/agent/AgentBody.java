package botbot.agent;

import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Body of a PUT of an agent's configuration.
 *
 * @param config an object
 * @param schema a JSON Schema (2020-12) that this and every later version must keep to; absent to
 *     keep the one there is, {@code true} to lift it
 */
@RegisterForReflection
@Schema(description = "A configuration, and what it and every later one must keep to.")
@JsonIgnoreProperties({"agentId", "version", "updatedAt", "updatedBy"})
record AgentBody(@NotNull Json config, @Nullable Json schema) {}
