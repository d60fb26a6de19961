package botbot.session;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How many sessions were deleted. */
@RegisterForReflection
@Schema(requiredProperties = "deleted")
record Deleted(int deleted) {}
