package botbot.cache;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A value that can be cached: a record of the rows of one key. Entries compare by version, then by
 * end of life.
 */
public interface Versioned {

  /** What {@link Write#version} gave to the write that made this value. */
  long version();

  /** When the value ceases to exist by PostgreSQL's clock; null if it does not by itself. */
  @JsonIgnore
  default @Nullable Instant endOfLife() {
    return null;
  }

  /** Until when an access to the value need not be written down; null for ever. */
  @JsonIgnore
  default @Nullable Instant accessUntil() {
    return null;
  }
}
