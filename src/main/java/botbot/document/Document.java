package botbot.document;

import botbot.cache.Versioned;
import botbot.http.json.Json;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.core.EntityTag;
import java.time.Instant;

/**
 * A document as it is in force, or as it was when it was deleted.
 *
 * @param number its version as callers know it: 1, 2, 3 …
 * @param updatedBy the name of the client that wrote it
 * @param deleted whether it was deleted since; it is kept, so that its deletion has a version too
 * @param version what the cache compares by; callers see it only as a part of the entity tag
 */
@RegisterForReflection(registerFullHierarchy = true)
public record Document(
    String key,
    Json content,
    long number,
    Instant updatedAt,
    String updatedBy,
    boolean deleted,
    long version)
    implements Versioned {

  /** Its strong entity tag: of no other content, even where a number has come again. */
  EntityTag tag() {
    return VersionTag.of(number, version);
  }

  /** What callers see of its version. */
  public Edition edition() {
    return new Edition(number, updatedAt, updatedBy);
  }
}
