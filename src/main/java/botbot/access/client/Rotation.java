package botbot.access.client;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How a key is replaced.
 *
 * @param graceSeconds how long the old key works on, 0 to 2592000 (30 days); 0 if absent
 */
@RegisterForReflection
record Rotation(
    @Min(0) @Max(MAX_GRACE) @Schema(defaultValue = "0", examples = "3600")
        @Nullable Long graceSeconds) {

  static final long MAX_GRACE = 2_592_000;
}
