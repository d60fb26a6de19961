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

  /**
   * The schema to store. {@link SchemaReplaced} where the content was checked against the one in
   * force, and {@code stored} is another by now.
   */
  @Nullable String schemaToStore(@Nullable String stored) {
    String text = schema == null ? null : schema.text();
    if (!isNew && !Objects.equals(text, stored)) {
      throw new SchemaReplaced();
    }
    return text;
  }
}
