package botbot.erasure;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What was erased of a user.
 *
 * @param sessions how many sessions lived
 * @param preferences 1, or 0 where there were none
 */
@RegisterForReflection
@Schema(requiredProperties = {"sessions", "preferences"})
record Erased(int sessions, int preferences) {}
