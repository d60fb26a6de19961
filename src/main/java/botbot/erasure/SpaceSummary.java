package botbot.erasure;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A space and how much is in it.
 *
 * @param clients how many belong to it
 * @param sessions how many are stored, those that have just ended too
 * @param users how many have sessions or preferences
 */
@RegisterForReflection
@Schema(
    name = "Space",
    description = "A space, and how much is in it.",
    requiredProperties = {"name", "clients", "sessions", "users"})
record SpaceSummary(String name, long clients, long sessions, long users) {}
