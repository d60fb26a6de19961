package botbot.access.client;

import botbot.access.identity.Role;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of the service.
 *
 * @param name its name
 * @param roles what it may do
 * @param tier which rate policies apply to its own calls; absent for those of every tier
 * @param space where it works; {@code *} for every space
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
record Client(
    @Schema(required = true, examples = "web") String name,
    @Schema(required = true) List<Role> roles,
    @Schema(examples = "internal") @Nullable String tier,
    @Schema(required = true, examples = "default") String space) {

  static Client of(ClientEntity entity) {
    return new Client(entity.name, entity.roles(), entity.tier, entity.space);
  }
}
