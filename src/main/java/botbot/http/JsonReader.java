package botbot.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads any JSON value as {@link Json}. */
@RegisterForReflection
final class JsonReader extends JsonDeserializer<Json> {

  @Override
  public Json deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    return Json.of(ExactJson.read(parser));
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
