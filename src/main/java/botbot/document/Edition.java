package botbot.document;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * What every document in force tells of its version, among its own members.
 *
 * @param version 1, 2, 3 …
 * @param updatedBy the name of the client that wrote it
 */
@RegisterForReflection
public record Edition(long version, Instant updatedAt, String updatedBy) {}
