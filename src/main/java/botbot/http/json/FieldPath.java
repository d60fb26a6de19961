package botbot.http.json;

import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where in a JSON body something is, in the form {@code data.items[2]}; {@code body} for the body
 * itself.
 */
public final class FieldPath {

  private static final int LONGEST = 200;

  private FieldPath() {}

  static String of(JsonStreamContext context) {
    StringBuilder path = new StringBuilder();
    append(path, context);
    return shown(path);
  }

  static String of(List<JsonMappingException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : references) {
      append(path, reference.getFieldName(), reference.getIndex());
    }
    return shown(path);
  }

  private static void append(StringBuilder path, JsonStreamContext context) {
    if (context.getParent() != null) {
      append(path, context.getParent());
      append(
          path,
          context.getCurrentName(),
          context.hasCurrentIndex() ? context.getCurrentIndex() : -1);
    }
  }

  private static void append(StringBuilder path, @Nullable String name, int index) {
    if (name != null) {
      path.append(path.isEmpty() ? "" : ".").append(name);
    } else if (index >= 0) {
      path.append('[').append(index).append(']');
    }
  }

  /** A caller's own key can be anything; what is sent back must be short and valid Unicode. */
  public static String shown(CharSequence path) {
    if (path.isEmpty()) {
      return "body";
    }
    String start = path.subSequence(0, Math.min(LONGEST, path.length())).toString();
    return new String(start.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
