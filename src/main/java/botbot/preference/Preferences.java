package botbot.preference;

import botbot.cache.Versioned;
import botbot.http.json.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a user prefers.
 *
 * @param preferences an object: one field a preference
 * @param version grows with every change, even over deletion and re-creation
 */
@RegisterForReflection(registerFullHierarchy = true)
@Schema(
    description = "What a user prefers.",
    requiredProperties = {"userId", "preferences", "version", "updatedAt"})
record Preferences(String userId, Json preferences, long version, Instant updatedAt)
    implements Versioned {
  /** What no caller changes. */
  static final Set<String> READ_ONLY = Set.of("userId", "version", "updatedAt");
}
