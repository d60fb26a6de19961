package botbot.scratch;

import botbot.cache.Versioned;
import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * A value as the cache holds it; callers see its body alone.
 *
 * @param version grows with every change, even over deletion and re-creation
 * @param expiresAt when it is gone
 */
@RegisterForReflection(registerFullHierarchy = true)
record Scratch(String key, Json body, long version, Instant expiresAt) implements Versioned {

  /** The default of {@code ttlSeconds}. */
  static final String DEFAULT_TTL = "300";

  /** The greatest {@code ttlSeconds}: a week. */
  static final int MAX_TTL = 604_800;

  @Override
  @JsonIgnore
  public Instant endOfLife() {
    return expiresAt;
  }

  ScratchItem item() {
    return new ScratchItem(key, expiresAt);
  }
}
