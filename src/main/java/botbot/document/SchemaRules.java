package botbot.document;

import botbot.http.Violation;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What a schema must keep to beyond its own specification. */
final class SchemaRules {

  static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private static final String OF_DIALECT = "https://json-schema.org/draft/2020-12/";

  /** Keywords whose values are data, not schemas. */
  private static final Set<String> DATA = Set.of("const", "enum", "default", "examples");

  private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef");

  private final List<Violation> violations = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  private final LinearPatterns patterns;

  private SchemaRules(LinearPatterns patterns) {
    this.patterns = patterns;
  }

  /** Whether this is the address of the metaschema or of a part of it. */
  static boolean isOfDialect(String address) {
    return address.startsWith(OF_DIALECT);
  }

  /** What is wrong with a schema; {@code patterns} are those it is going to be checked with. */
  static List<Violation> violations(JsonNode schema, LinearPatterns patterns) {
    SchemaRules rules = new SchemaRules(patterns);
    if (!schema.isObject() && !schema.isBoolean()) {
      return List.of(new Violation("schema", "must be an object or a boolean"));
    }
    rules.collectIds(schema);
    rules.check("schema", schema);
    return rules.violations;
  }

  private void collectIds(JsonNode node) {
    JsonNode id = node.get("$id");
    if (id != null && id.isString()) {
      ids.add(id.stringValue());
    }
    children(node).forEach(child -> collectIds(child.getValue()));
  }

  private void check(String path, JsonNode node) {
    for (Map.Entry<String, JsonNode> child : children(node)) {
      String at = node.isArray() ? path + '[' + child.getKey() + ']' : path + '.' + child.getKey();
      if (child.getValue().isString()) {
        checkText(at, child.getKey(), child.getValue().stringValue());
      } else if (child.getKey().equals("patternProperties") && child.getValue().isObject()) {
        child.getValue().propertyNames().forEach(pattern -> checkPattern(at, pattern));
      }
      check(at, child.getValue());
    }
  }

  private void checkText(String path, String keyword, String text) {
    if (keyword.equals("$schema") && !text.equals(DIALECT)) {
      violations.add(new Violation(path, "must be " + DIALECT));
    } else if (keyword.equals("pattern")) {
      checkPattern(path, text);
    } else if (REFERENCES.contains(keyword) && !isLocal(text)) {
      violations.add(
          new Violation(path, "refers to something outside this schema, which is never fetched"));
    }
  }

  private void checkPattern(String path, String pattern) {
    try {
      patterns.compile(pattern);
    } catch (PatternSyntaxException e) {
      violations.add(
          new Violation(
              path,
              "is no regular expression that runs in linear time (RE2: no look-around, no"
                  + " references back): "
                  + e.getDescription()));
    }
  }

  private boolean isLocal(String reference) {
    int hash = reference.indexOf('#');
    String address = hash < 0 ? reference : reference.substring(0, hash);
    return address.isEmpty() || isOfDialect(address) || ids.contains(address);
  }

  private static List<Map.Entry<String, JsonNode>> children(JsonNode node) {
    List<Map.Entry<String, JsonNode>> children = new ArrayList<>();
    if (node.isObject()) {
      node.properties().stream()
          .filter(property -> !DATA.contains(property.getKey()))
          .forEach(children::add);
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        children.add(Map.entry("" + i, node.get(i)));
      }
    }
    return children;
  }
}
