package botbot.document;

import botbot.http.json.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the history of every document tells of a version, among the document's own members.
 *
 * @param version 1, 2, 3 …
 * @param updatedBy the name of the client that wrote it
 * @param schema what it was checked against; absent if nothing
 * @param deletedAt when the document was deleted, if that was while this was its latest version
 * @param deletedBy the name of the client that deleted it
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PastEdition(
    long version,
    Instant updatedAt,
    String updatedBy,
    @Nullable Json schema,
    @Nullable Instant deletedAt,
    @Nullable String deletedBy) {}
