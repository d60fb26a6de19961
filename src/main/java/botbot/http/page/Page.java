package botbot.http.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param items at most as many as the caller's {@code limit}, and of documents 4 MiB
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

  /**
   * A page of documents, which ends where they fill an answer. {@code found} may go on beyond
   * {@code limit}; no more of it is read than is needed, and it is closed.
   *
   * @param bytes the length of an item's documents
   */
  public static <T> Page<T> of(
      Stream<T> found, int limit, ToLongFunction<T> bytes, Function<T, Cursor> cursor) {
    try (found) {
      Fill fill = new Fill();
      List<T> items = new ArrayList<>();
      for (Iterator<T> rest = found.iterator(); rest.hasNext(); ) {
        T next = rest.next();
        if (items.size() == limit || !fill.takes(bytes.applyAsLong(next))) {
          return new Page<>(List.copyOf(items), cursor.apply(items.getLast()).encode());
        }
        items.add(next);
      }
      return new Page<>(List.copyOf(items), null);
    }
  }

  /** The same page with its items shown in another way. */
  public <V> Page<V> map(Function<T, V> view) {
    return new Page<>(items.stream().map(view).toList(), nextCursor);
  }
}
