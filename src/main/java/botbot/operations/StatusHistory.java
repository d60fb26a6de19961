package botbot.operations;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The last quarter of an hour of an instance, from its start at the earliest.
 *
 * @param periodMs the time between two samples
 * @param samples at most 180, the oldest first
 */
@RegisterForReflection
@Schema(requiredProperties = {"periodMs", "samples"})
record StatusHistory(
    long periodMs, @Schema(maxItems = History.LENGTH) List<StatusSample> samples) {}
