package botbot.document;

import botbot.http.Json;
import botbot.http.Unprocessable;
import botbot.http.Violation;
import java.math.BigDecimal;
import java.util.List;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON for the validator, which computes with numbers, so that they must be of a sane size.
 */
final class SchemaTree {

  /** Digits before and after the point. */
  private static final int DIGITS = 1_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private SchemaTree() {}

  static JsonNode parse(Json json, String field) {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(json.text());
    } catch (StreamConstraintsException e) {
      throw tooLarge(field);
    }
    if (hasHugeNumber(tree)) {
      throw tooLarge(field);
    }
    return tree;
  }

  private static boolean hasHugeNumber(JsonNode tree) {
    if (tree.isBigDecimal()) {
      BigDecimal number = tree.decimalValue();
      return Math.abs((long) number.scale()) > DIGITS || number.precision() > DIGITS;
    }
    return tree.values().stream().anyMatch(SchemaTree::hasHugeNumber);
  }

  private static Unprocessable tooLarge(String field) {
    return new Unprocessable(
        List.of(
            new Violation(
                field,
                "has a number of more than " + DIGITS + " digits, which cannot be checked")));
  }
}
