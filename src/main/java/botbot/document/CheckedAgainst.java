package botbot.document;

import botbot.http.json.Json;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The schema that the content of a write has passed.
 *
 * @param schema null for none
 * @param isNew whether it comes with the write, and is to be in force from now on
 */
record CheckedAgainst(@Nullable Json schema, boolean isNew) {

  static CheckedAgainst itsOwn(Json schema) {
    return new CheckedAgainst(schema, true);
  }

  static CheckedAgainst theOneInForce(@Nullable Json schema) {
    return new CheckedAgainst(schema, false);
  }

  /** The text of the schema to be in force; {@link SchemaReplaced} if another is {@code now}. */
  @Nullable String over(@Nullable String now) {
    String text = schema == null ? null : schema.text();
    if (!isNew && !Objects.equals(text, now)) {
      throw new SchemaReplaced();
    }
    return text;
  }
}
