package botbot.session;

import botbot.http.ValidId;
import botbot.http.ValidName;
import botbot.http.json.Json;
import botbot.http.problem.BadInput;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
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
 * @param ttlSeconds 1 to 315360000, default 1800
 * @param sliding default true
 */
@RegisterForReflection
@Schema(description = "What a caller says of a session.")
@JsonIgnoreProperties({"id", "version", "createdAt", "updatedAt", "expiresAt"})
record SessionBody(
    @NotNull @ValidId String userId,
    @ValidId @Nullable String channel,
    @ValidName @Nullable String agentId,
    @Nullable Json data,
    @Min(1) @Max(Session.MAX_TTL) @Nullable Integer ttlSeconds,
    @Nullable Boolean sliding) {

  private static final Json EMPTY = new Json("{}");

  /** Whether it keeps to the constraints above; which of them it breaks is not said. */
  @Schema(hidden = true)
  boolean isValid() {
    return userId != null
        && ValidId.Validator.isId(userId)
        && (channel == null || ValidId.Validator.isId(channel))
        && (agentId == null || ValidName.Validator.isName(agentId))
        && (data == null || data.isObject())
        && (ttlSeconds == null || (ttlSeconds >= 1 && ttlSeconds <= Session.MAX_TTL));
  }

  /** Refuses {@code data} that is no object. */
  void requireObject() {
    if (data != null && !data.isObject()) {
      throw new BadInput("data", "must be an object");
    }
  }

  Json dataOrDefault() {
    return data == null ? EMPTY : data;
  }

  int ttlOrDefault() {
    return ttlSeconds == null ? Session.DEFAULT_TTL : ttlSeconds;
  }

  boolean slidingOrDefault() {
    return sliding == null || sliding;
  }

  /** Whether this changes how long a session lives, which then counts from now. */
  boolean startsAnew(int ttlBefore, boolean slidBefore) {
    return ttlOrDefault() != ttlBefore || slidingOrDefault() != slidBefore;
  }

  /** For how many milliseconds it lives after the change at least, whatever it had left. */
  long lifetimeMs(boolean anew) {
    if (anew) {
      return ttlOrDefault() * 1_000L;
    }
    return slidingOrDefault() ? Session.slidesBy(ttlOrDefault()) : 0;
  }
}
