package botbot.document;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Body of a rollback.
 *
 * @param version the version whose content is to be in force again, from 1
 */
@RegisterForReflection
@Schema(name = "Rollback", description = "Which version's content is to be in force again.")
public record Rollback(@NotNull @Min(1) Long version) {}
