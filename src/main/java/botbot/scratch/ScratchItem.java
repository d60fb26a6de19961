package botbot.scratch;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** That there is a value under a key, and until when. */
@RegisterForReflection
@Schema(
    description = "That there is a value, and until when.",
    requiredProperties = {"key", "expiresAt"})
record ScratchItem(String key, Instant expiresAt) {}
