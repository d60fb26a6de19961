package botbot.preference;

import botbot.http.json.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One preference of a user; version and instant are those of all the user's preferences. */
@RegisterForReflection
@Schema(requiredProperties = {"userId", "key", "value", "version", "updatedAt"})
record Preference(String userId, String key, Json value, long version, Instant updatedAt) {}
