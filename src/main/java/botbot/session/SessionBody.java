package botbot.session;

import botbot.http.Json;
import botbot.http.ValidName;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says of a session; what is left out has its default.
 *
 * @param data an object, default {@code {}}
 * @param ttlSeconds 1 to 2592000, default 1800
 * @param sliding default true
 */
@RegisterForReflection
@Schema(description = "What a caller says of a session.")
record SessionBody(
    @NotNull @ValidName String userId,
    @ValidName @Nullable String channel,
    @ValidName @Nullable String agentId,
    @Nullable Json data,
    @Min(1) @Max(Session.MAX_TTL) @Nullable Integer ttlSeconds,
    @Nullable Boolean sliding) {

  private static final Json EMPTY = new Json("{}");

  Json dataOrDefault() {
    return data == null ? EMPTY : data;
  }

  int ttlOrDefault() {
    return ttlSeconds == null ? Session.DEFAULT_TTL : ttlSeconds;
  }

  boolean slidingOrDefault() {
    return sliding == null || sliding;
  }
}
