package botbot.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param items at most as many as the caller's {@code limit}
 * @param nextCursor the {@code cursor} of the next call; absent at the end
 */
@RegisterForReflection
public record Page<T>(
    List<T> items, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextCursor) {

  /** What {@code limit} may be at most. */
  public static final int MAX_LIMIT = 200;

  /** What {@code limit} is where the caller names none. */
  public static final String DEFAULT_LIMIT = "50";

  /**
   * A page of a list that was asked for one item more than {@code limit}, to see whether there is a
   * next.
   */
  public static <T> Page<T> of(List<T> found, int limit, Function<T, Cursor> cursor) {
    if (found.size() <= limit) {
      return new Page<>(List.copyOf(found), null);
    }
    List<T> items = List.copyOf(found.subList(0, limit));
    return new Page<>(items, cursor.apply(items.getLast()).encode());
  }
}
