package botbot.document.schema;

import botbot.http.json.Json;
import botbot.http.patch.DecimalValue;
import botbot.http.problem.BadInput;
import botbot.http.problem.Unprocessable;
import botbot.http.problem.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as the validator takes it. Numbers of one value are equal nodes, whatever they were written
 * like, and none has a trailing zero that computing with it would have to look for.
 */
final class SchemaTree {

  /** Of a number, without zeros at either end: more could not be computed with in a short time. */
  private static final int DIGITS = 20_000;

  /** Whole numbers up to here are written out. */
  private static final int WHOLE_DIGITS = 400;

  private static final int LONG_DIGITS = 18;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String field;

  private SchemaTree(String field) {
    this.field = field;
  }

  /**
   * The tree of {@code json}, which a caller knows as {@code field}; {@link BadInput} for a number
   * that a body may not have any more, {@link Unprocessable} for one of too many digits.
   */
  static JsonNode parse(Json json, String field) {
    com.fasterxml.jackson.databind.JsonNode tree;
    try {
      tree = json.tree();
    } catch (BadInput storedBeforeItWasRefused) {
      throw new BadInput(field, "has a number whose exponent is beyond ±10,000");
    }
    return new SchemaTree(field).copy(tree);
  }

  private JsonNode copy(com.fasterxml.jackson.databind.JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        ObjectNode object = NODES.objectNode();
        node.properties().forEach(one -> object.set(one.getKey(), copy(one.getValue())));
        yield object;
      }
      case ARRAY -> {
        ArrayNode array = NODES.arrayNode(node.size());
        node.forEach(item -> array.add(copy(item)));
        yield array;
      }
      case STRING -> NODES.stringNode(node.textValue());
      case BOOLEAN -> NODES.booleanNode(node.booleanValue());
      case NUMBER -> number(DecimalValue.of(node.asText()));
      default -> NODES.nullNode();
    };
  }

  private JsonNode number(DecimalValue value) {
    if (value.digits().length() > DIGITS) {
      throw new Unprocessable(
          List.of(
              new Violation(
                  field, "has a number of more than " + DIGITS + " digits, too many to check")));
    }
    String sign = value.negative() ? "-" : "";
    String digits = value.digits().isEmpty() ? "0" : value.digits();
    long whole = value.exponent() < 0 ? Long.MAX_VALUE : digits.length() + value.exponent();
    if (whole <= WHOLE_DIGITS) {
      String all = sign + digits + "0".repeat((int) value.exponent());
      return whole <= LONG_DIGITS
          ? NODES.numberNode(Long.parseLong(all))
          : NODES.numberNode(new BigInteger(all));
    }
    return NODES.numberNode(
        new BigDecimal(new BigInteger(sign + digits), Math.toIntExact(-value.exponent())));
  }
}
