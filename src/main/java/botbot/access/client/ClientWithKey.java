package botbot.access.client;

import botbot.access.identity.ApiKey;
import botbot.access.identity.Role;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client with its new key, which is shown this once.
 *
 * @param name its name
 * @param roles what it may do
 * @param tier which rate policies apply to its own calls; absent for those of every tier
 * @param space where it works; {@code *} for every space
 * @param key for {@code Authorization: Bearer}
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record ClientWithKey(
    @Schema(required = true, examples = "web") String name,
    @Schema(required = true) List<Role> roles,
    @Schema(examples = "internal") @Nullable String tier,
    @Schema(required = true, examples = "default") String space,
    @Schema(required = true) String key) {

  static ClientWithKey of(Client client, ApiKey key) {
    return new ClientWithKey(
        client.name(), client.roles(), client.tier(), client.space(), key.text());
  }
}
