package botbot.ratelimit;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Checks that are made together.
 *
 * @param checks 1 to 256 of them, made in this order
 */
@RegisterForReflection
@Schema(name = "RateCheckBatch")
public record BatchBody(
    @NotNull @Size(min = 1, max = BatchBody.MAX) List<@NotNull @Valid CheckBody> checks) {

  static final int MAX = 256;
}
