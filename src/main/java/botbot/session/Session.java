package botbot.session;

import botbot.cache.Versioned;
import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A conversation's state.
 *
 * @param data an object, the bot's own
 * @param ttlSeconds 1 to 315360000
 * @param sliding whether each read and write extends it; else {@code touch} alone does
 * @param version grows with every change, even over deletion and re-creation
 * @param expiresAt when it ends, unless it is extended; no part of the entity tag
 */
@RegisterForReflection(registerFullHierarchy = true)
@Schema(
    description = "A conversation's state.",
    requiredProperties = {
      "id",
      "userId",
      "channel",
      "agentId",
      "data",
      "ttlSeconds",
      "sliding",
      "version",
      "createdAt",
      "updatedAt",
      "expiresAt"
    })
record Session(
    String id,
    String userId,
    @Nullable String channel,
    @Nullable String agentId,
    Json data,
    int ttlSeconds,
    boolean sliding,
    long version,
    Instant createdAt,
    Instant updatedAt,
    Instant expiresAt)
    implements Versioned {

  /** What no caller changes. */
  static final Set<String> READ_ONLY =
      Set.of("id", "version", "createdAt", "updatedAt", "expiresAt");

  /** The default of {@code ttlSeconds}. */
  static final int DEFAULT_TTL = 1800;

  /** The greatest {@code ttlSeconds}: ten years. */
  static final int MAX_TTL = 315_360_000;

  @Override
  @JsonIgnore
  public Instant endOfLife() {
    return expiresAt;
  }

  @Override
  @JsonIgnore
  public @Nullable Instant accessUntil() {
    return sliding ? expiresAt.minusSeconds(ttlSeconds) : null;
  }

  /** Whether an access at {@code now} would outlive {@code expiresAt}. */
  boolean mustExtend(Instant now) {
    Instant until = accessUntil();
    return until != null && now.isAfter(until);
  }

  /** This session after an access at {@code now}, by which a sliding one lives a tenth longer. */
  Session extended(Instant now) {
    return until(ends(now));
  }

  /** This session with another end. */
  Session until(Instant end) {
    return new Session(
        id,
        userId,
        channel,
        agentId,
        data,
        ttlSeconds,
        sliding,
        version,
        createdAt,
        updatedAt,
        end);
  }

  private Instant ends(Instant now) {
    return sliding ? now.plusMillis(slidesBy(ttlSeconds)) : now.plusSeconds(ttlSeconds);
  }

  /**
   * For how many milliseconds a sliding session lives after an access: a tenth longer than its TTL,
   * so that not every read is a write.
   */
  static long slidesBy(int ttlSeconds) {
    return ttlSeconds * 1100L;
  }
}
