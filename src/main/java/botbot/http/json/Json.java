package botbot.http.json;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Any JSON value, kept as its text: the order of keys stays, and so does every digit of a number.
 * It is written out as it stands. Where a request body has it as a field, an explicit {@code null}
 * is the value {@code null} and an absent field is no {@code Json} at all.
 */
@JsonDeserialize(using = JsonReader.class)
@RegisterForReflection
@Schema(description = "Any JSON value; null is a value.")
public record Json(@JsonValue @JsonRawValue String text) {

  /**
   * A reader of {@code text}, which this service itself has written: its values are taken as they
   * stand there, and not looked into again.
   */
  public static ObjectReader asWritten(ObjectReader reader, byte[] text) {
    return reader.withAttribute(JsonReader.WRITTEN_BY_US, text);
  }

  /** The value of a parsed tree. */
  public static Json of(JsonNode tree) {
    return new Json(ExactJson.write(tree));
  }

  /** The value as a tree, whose numbers keep their text too. */
  public JsonNode tree() {
    return ExactJson.parse(text);
  }

  /** Whether this is a JSON object. */
  public boolean isObject() {
    return text.stripLeading().startsWith("{");
  }

  /** How deep objects and arrays are nested; 0 for a scalar. */
  int depth() {
    int depth = 0;
    int deepest = 0;
    boolean string = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (string) {
        i += c == '\\' ? 1 : 0;
        string = c != '"';
      } else if (c == '"') {
        string = true;
      } else if (c == '{' || c == '[') {
        deepest = Math.max(deepest, ++depth);
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
    return deepest;
  }

  /** The length in bytes of UTF-8. */
  public int bytes() {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // each half of a surrogate pair counts two of its four bytes
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
