package botbot.http.json;

import botbot.http.problem.BadInput;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** JSON trees that lose nothing: Jackson's own would turn 1.10 into 1.1 or 1E400 into a fault. */
public final class ExactJson {

  // names and numbers are bounded by the length of the body; they are never computed with
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNumberLength(Integer.MAX_VALUE)
                      .maxNameLength(Integer.MAX_VALUE)
                      .build())
              .build());

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ExactJson() {}

  public static String write(JsonNode tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** What a value of ours is in JSON. */
  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  public static JsonNode parse(String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      parser.nextToken();
      return read(parser);
    } catch (IOException notJson) {
      throw new UncheckedIOException("not JSON", notJson);
    }
  }

  /** The value at which {@code parser} stands; {@link BadInput} for text that cannot be stored. */
  static JsonNode read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.textNode(checked(parser, parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new IllegalStateException("no value starts with " + token);
    };
  }

  /** A number that can be computed with: its exponent is bounded. */
  private static JsonNode number(JsonParser parser) throws IOException {
    String text = parser.getText();
    if (ExactNumber.exponentOf(text) > ExactNumber.MAX_EXPONENT) {
      throw new BadInput(
          FieldPath.of(parser.getParsingContext()),
          "must have an exponent within ±" + ExactNumber.MAX_EXPONENT);
    }
    return new ExactNumber(text);
  }

  /** Passes {@code text} on, if it can be stored. */
  static String checked(JsonParser parser, String text) {
    @Nullable String fault = SafeText.fault(text);
    if (fault != null) {
      throw new BadInput(FieldPath.of(parser.getParsingContext()), fault);
    }
    return text;
  }

  private static ObjectNode object(JsonParser parser) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      checked(parser, name);
      parser.nextToken();
      object.set(name, read(parser));
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(read(parser));
    }
    return array;
  }
}
