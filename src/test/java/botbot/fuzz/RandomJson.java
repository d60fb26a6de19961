package botbot.fuzz;

import botbot.testing.Document;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values that keep to a schema of the document, and values of any kind. */
final class RandomJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Few, so that calls meet what others made. */
  private static final List<String> NAMES = List.of("fuzz-a", "fuzz-b", "fuzz.c", "fuzz:d@1_2");

  private static final List<String> IDS =
      List.of(
          "fuzz-1",
          "fuzz-2",
          "19:fuzz@thread.tacv2;messageid=1",
          "spaces/A/threads/%42",
          "whatsapp:+1555?x=1&y#z",
          "喂 fuzz 🙂",
          "f".repeat(512));

  private static final List<String> POINTERS =
      List.of(
          "",
          "/data",
          "/data/a",
          "/data/a/-",
          "/preferences",
          "/preferences/a",
          "/version",
          "/a~1b",
          "/channel",
          "/nothing/1");

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "\u0000",
          "\ud800",
          "\u2028",
          "🙂",
          "é\u0301",
          "1",
          "null",
          "*",
          "../..",
          "<script>",
          "' or 1=1 --",
          "${jndi:x}",
          "x".repeat(1000));

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "0.1",
          "1e3",
          "1.50",
          "9007199254740993",
          "-2147483649",
          "9223372036854775808",
          "1e400",
          "123456789012345678901234567890.5");

  private final Random random;

  RandomJson(Random random) {
    this.random = random;
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A value that a schema allows; {@code name} is that of its field or parameter. */
  JsonNode valid(String name, JsonNode schema) {
    JsonNode is = Document.committed().follow(schema);
    if (is.has("enum")) {
      return is.path("enum").get(random.nextInt(is.path("enum").size()));
    }
    if (is.has("anyOf")) {
      return valid(name, is.path("anyOf").get(random.nextInt(is.path("anyOf").size())));
    }
    JsonNode types = is.path("type");
    String type =
        types.isArray() ? types.get(random.nextInt(types.size())).asText() : types.asText();
    return switch (type) {
      case "string" -> JSON.textNode(text(name, is));
      case "integer" -> JSON.numberNode(integer(is));
      case "number" -> JSON.numberNode(random.nextInt(1000) / 8.0);
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      case "null" -> JSON.nullNode();
      case "array" -> array(name, is);
      case "object" -> is.has("properties") ? object(is) : free(3);
      default -> name.equals("schema") ? JSON.objectNode().put("type", "object") : any(3);
    };
  }

  private String text(String name, JsonNode is) {
    String pattern = is.path("pattern").asText();
    if (name.equals("path") || name.equals("from")) {
      return one(POINTERS);
    }
    if (name.equals("tier") || name.equals("endpoint")) {
      return one(List.of("*", "fuzz", "fuzz.*", "fuzz.x"));
    }
    return pattern.isEmpty() && is.path("maxLength").asInt() != 128 ? one(IDS) : one(NAMES);
  }

  private long integer(JsonNode is) {
    long least = is.path("minimum").asLong(0);
    long most = is.path("maximum").asLong(Integer.MAX_VALUE);
    return switch (random.nextInt(4)) {
      case 0 -> least;
      case 1 -> most;
      default -> least + random.nextLong(Math.min(most - least, 10) + 1);
    };
  }

  private ArrayNode array(String name, JsonNode is) {
    ArrayNode array = JSON.arrayNode();
    int least = is.path("minItems").asInt();
    int count = chance(0.05) ? is.path("maxItems").asInt(9) : least + random.nextInt(3);
    for (int i = 0; i < Math.min(count, is.path("maxItems").asInt(9)); i++) {
      array.add(valid(name, is.path("items")));
    }
    return array;
  }

  private ObjectNode object(JsonNode is) {
    ObjectNode object = JSON.objectNode();
    List<String> required = is.path("required").valueStream().map(JsonNode::asText).toList();
    for (Map.Entry<String, JsonNode> property : is.path("properties").properties()) {
      if (required.contains(property.getKey()) || random.nextBoolean()) {
        object.set(property.getKey(), valid(property.getKey(), property.getValue()));
      }
    }
    return object;
  }

  private ObjectNode free(int depth) {
    ObjectNode object = JSON.objectNode();
    for (String field : List.of("a", "b", "data", "🙂")) {
      if (random.nextBoolean()) {
        object.set(field, any(depth - 1));
      }
    }
    return object;
  }

  /** A value of any kind, some of them such as few callers send. */
  JsonNode any(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2 -> JSON.numberNode(new BigDecimal(one(NUMBERS)));
      case 3 -> JSON.numberNode(new BigInteger(60, random));
      case 4 -> JSON.textNode(chance(0.3) ? one(TEXTS) : one(IDS));
      case 5 -> JSON.arrayNode().add(any(depth - 1)).add(any(depth - 1));
      default -> free(depth);
    };
  }

  /** A text of any kind, as a parameter may have it. */
  String anyText() {
    return chance(0.5) ? one(TEXTS) : one(NUMBERS);
  }
}
