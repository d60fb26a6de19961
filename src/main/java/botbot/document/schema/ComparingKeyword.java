package botbot.document.schema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * A keyword that compares values, in place of the validator's own: that one computes with {@code
 * long} and {@code double} in places, and compares every item with every other where their hashes
 * are made to collide.
 */
final class ComparingKeyword implements Keyword {

  private static final int LONGEST_SHOWN = 200;

  /** Makes the rule of one place in a schema out of the keyword's value there. */
  private interface Maker {
    Predicate<JsonNode> rule(JsonNode keyword);
  }

  private final String name;
  private final Maker maker;

  private ComparingKeyword(String name, Maker maker) {
    this.name = name;
    this.maker = maker;
  }

  /** Those that compare, each step within {@code time}. */
  static List<Keyword> all(CheckTime time) {
    return List.of(
        numeric("minimum", (value, bound) -> value.compareTo(bound) >= 0),
        numeric("exclusiveMinimum", (value, bound) -> value.compareTo(bound) > 0),
        numeric("maximum", (value, bound) -> value.compareTo(bound) <= 0),
        numeric("exclusiveMaximum", (value, bound) -> value.compareTo(bound) < 0),
        numeric("multipleOf", ComparingKeyword::isMultiple),
        new ComparingKeyword(
            "enum",
            values -> {
              Set<String> texts = texts(values, time);
              return value -> texts.contains(text(value, time));
            }),
        new ComparingKeyword(
            "uniqueItems",
            wanted ->
                value ->
                    !wanted.asBoolean(false)
                        || !value.isArray()
                        || texts(value, time).size() == value.size()));
  }

  private static Keyword numeric(String name, BiPredicate<BigDecimal, BigDecimal> holds) {
    return new ComparingKeyword(
        name,
        bound -> {
          if (!bound.isNumber()) {
            return value -> true;
          }
          BigDecimal decimal = bound.decimalValue();
          return value -> !value.isNumber() || holds.test(value.decimalValue(), decimal);
        });
  }

  private static boolean isMultiple(BigDecimal value, BigDecimal of) {
    if (of.signum() == 0) {
      return value.signum() == 0;
    }
    int scale = Math.max(value.scale(), of.scale());
    return unscaled(value, scale).mod(unscaled(of, scale).abs()).signum() == 0;
  }

  private static BigInteger unscaled(BigDecimal value, int scale) {
    return value.unscaledValue().multiply(BigInteger.TEN.pow(scale - value.scale()));
  }

  private static Set<String> texts(JsonNode values, CheckTime time) {
    // of texts, as these can be ordered: colliding hashes do not make such a set slow
    Set<String> texts = new HashSet<>();
    values.forEach(value -> texts.add(text(value, time)));
    return texts;
  }

  /** A text that is the same for equal values: fields are sorted, numbers already normal. */
  private static String text(JsonNode value, CheckTime time) {
    StringBuilder text = new StringBuilder();
    write(value, text, time);
    return text.toString();
  }

  private static void write(JsonNode value, StringBuilder text, CheckTime time) {
    time.check();
    if (value.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      value.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
      text.append('{');
      sorted.forEach(
          (name, field) -> {
            text.append(name.length()).append('"').append(name);
            write(field, text, time);
          });
      text.append('}');
    } else if (value.isArray()) {
      text.append('[');
      value.forEach(item -> write(item, text, time));
      text.append(']');
    } else {
      String plain = value.asString("");
      text.append(value.getNodeType()).append(plain.length()).append('"').append(plain);
    }
  }

  @Override
  public String getValue() {
    return name;
  }

  @Override
  public KeywordValidator newValidator(
      SchemaLocation location, JsonNode keyword, Schema parent, SchemaContext context) {
    return new Validator(this, maker.rule(keyword), keyword, location, parent, context);
  }

  private static final class Validator extends BaseKeywordValidator {

    private final Predicate<JsonNode> rule;

    Validator(
        Keyword keyword,
        Predicate<JsonNode> rule,
        JsonNode value,
        SchemaLocation location,
        Schema parent,
        SchemaContext context) {
      super(keyword, value, location, parent, context);
      this.rule = rule;
    }

    @Override
    public void validate(
        ExecutionContext execution, JsonNode value, JsonNode root, NodePath location) {
      if (!rule.test(value)) {
        execution.addError(
            error()
                .instanceNode(value)
                .instanceLocation(location)
                .evaluationPath(execution.getEvaluationPath())
                .locale(execution.getExecutionConfig().getLocale())
                .arguments(shown(getSchemaNode()))
                .build());
      }
    }

    private static String shown(JsonNode value) {
      String text = value.toString();
      return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + '…';
    }
  }
}
