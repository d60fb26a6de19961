package botbot.http.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads any JSON value as {@link Json}. */
@RegisterForReflection
final class JsonReader extends JsonDeserializer<Json> {

  /** The attribute under which a reader finds the text, if it needs no checking. */
  static final Object WRITTEN_BY_US = JsonReader.class;

  @Override
  public Json deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    return parser.currentToken().isStructStart()
            && context.getAttribute(WRITTEN_BY_US) instanceof byte[] text
        ? asWritten(parser, text)
        : Json.of(ExactJson.read(parser));
  }

  private static Json asWritten(JsonParser parser, byte[] text) throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    int end = (int) parser.currentLocation().getByteOffset();
    return new Json(new String(text, start, end - start, StandardCharsets.UTF_8));
  }

  @Override
  public Json getNullValue(DeserializationContext context) {
    return new Json("null");
  }

  @Override
  public @Nullable Object getAbsentValue(DeserializationContext context) {
    return null;
  }

  @Override
  public LogicalType logicalType() {
    return LogicalType.Untyped;
  }
}
