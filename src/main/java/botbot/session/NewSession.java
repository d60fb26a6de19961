package botbot.session;

import botbot.http.ValidId;
import botbot.http.ValidName;
import botbot.http.json.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A session to be created: a {@link SessionBody} and, if the caller wants to choose it, the id. */
@RegisterForReflection
@Schema(name = "SessionToCreate", description = "A session to be created.")
record NewSession(
    @ValidId @Nullable String id,
    @NotNull @ValidId String userId,
    @ValidId @Nullable String channel,
    @ValidName @Nullable String agentId,
    @Nullable Json data,
    @Min(1) @Max(Session.MAX_TTL) @Nullable Integer ttlSeconds,
    @Nullable Boolean sliding) {

  /** Whether it keeps to the constraints above; which of them it breaks is not said. */
  @Schema(hidden = true)
  boolean isValid() {
    return (id == null || ValidId.Validator.isId(id)) && body().isValid();
  }

  String idOrRandom() {
    return id == null ? UuidV7.random().toString() : id;
  }

  SessionBody body() {
    return new SessionBody(userId, channel, agentId, data, ttlSeconds, sliding);
  }
}
