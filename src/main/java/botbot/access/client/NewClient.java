package botbot.access.client;

import botbot.access.identity.Role;
import botbot.http.ValidId;
import botbot.http.ValidName;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client to be made.
 *
 * @param name its name, of which there is no other
 * @param roles what it may do, at least one
 * @param tier which rate policies apply to its own calls; none for those of every tier
 * @param space where it works, {@code *} for every space; by default that of the call
 */
@RegisterForReflection
@Schema(name = "ClientToCreate", description = "A client to be made.")
record NewClient(
    @NotNull @ValidName @Schema(required = true, examples = "web") String name,
    @NotEmpty @Schema(required = true) Set<@NotNull Role> roles,
    @ValidId @Schema(examples = "internal") @Nullable String tier,
    @Pattern(regexp = SPACE, message = SPACE_MESSAGE) @Schema(examples = "default")
        @Nullable String space) {

  private static final String SPACE = "\\*|" + ValidName.REGEX;
  private static final String SPACE_MESSAGE = "must be * or " + ValidName.RULE;
}
