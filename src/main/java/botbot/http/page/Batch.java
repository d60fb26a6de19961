package botbot.http.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a batch read.
 *
 * @param items what was found, in the order asked; of documents at most 4 MiB
 * @param unread the ids that were not looked at, as the answer was full; absent if there are none
 */
@RegisterForReflection
public record Batch<T>(
    List<T> items, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> unread) {}
