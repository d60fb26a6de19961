package botbot.erasure;

import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a user.
 *
 * @param preferences an object, empty for a user without any
 * @param sessions the live ones, whole, newest first
 * @param nextCursor the {@code cursor} of the next part; absent at the end
 */
@RegisterForReflection
@Schema(
    description = "What is kept of a user.",
    requiredProperties = {"userId", "preferences", "sessions"})
record UserExport(
    String userId,
    Json preferences,
    List<?> sessions,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextCursor) {}
