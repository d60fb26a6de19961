package botbot.session;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * Body of a touch; {@code ttlSeconds}, 1 to 315360000, replaces the session's where it is given.
 */
@RegisterForReflection
record Touch(@Min(1) @Max(Session.MAX_TTL) @Nullable Integer ttlSeconds) {}
