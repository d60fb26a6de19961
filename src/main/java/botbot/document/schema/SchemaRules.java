package botbot.document.schema;

import botbot.http.problem.Violation;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a schema must keep to beyond its own specification. */
final class SchemaRules {

  static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private static final String OF_DIALECT = "https://json-schema.org/draft/2020-12/";

  /** The address of a schema that gives itself none. */
  static final URI UNNAMED = URI.create("schema://unnamed/");

  /** How the keywords that hold schemas hold them. All others hold data, unknown ones too. */
  private enum Holds {
    ONE,
    MANY,
    BY_NAME
  }

  private static final Map<String, Holds> KEYWORDS =
      Map.ofEntries(
          Map.entry("additionalProperties", Holds.ONE),
          Map.entry("contains", Holds.ONE),
          Map.entry("contentSchema", Holds.ONE),
          Map.entry("else", Holds.ONE),
          Map.entry("if", Holds.ONE),
          Map.entry("items", Holds.ONE),
          Map.entry("not", Holds.ONE),
          Map.entry("propertyNames", Holds.ONE),
          Map.entry("then", Holds.ONE),
          Map.entry("unevaluatedItems", Holds.ONE),
          Map.entry("unevaluatedProperties", Holds.ONE),
          Map.entry("allOf", Holds.MANY),
          Map.entry("anyOf", Holds.MANY),
          Map.entry("oneOf", Holds.MANY),
          Map.entry("prefixItems", Holds.MANY),
          Map.entry("$defs", Holds.BY_NAME),
          Map.entry("definitions", Holds.BY_NAME),
          Map.entry("dependencies", Holds.BY_NAME),
          Map.entry("dependentSchemas", Holds.BY_NAME),
          Map.entry("patternProperties", Holds.BY_NAME),
          Map.entry("properties", Holds.BY_NAME));

  private final List<Violation> violations = new ArrayList<>();
  private final Set<URI> addresses = new HashSet<>();
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
    if (!schema.isObject() && !schema.isBoolean()) {
      return List.of(new Violation("schema", "must be an object or a boolean"));
    }
    SchemaRules rules = new SchemaRules(patterns);
    rules.addresses.add(UNNAMED);
    rules.walk("schema", schema, UNNAMED, rules::collect);
    rules.walk("schema", schema, UNNAMED, rules::check);
    return rules.violations;
  }

  /** Looks at one schema, without the schemas in it. */
  private interface Visit {
    void at(String path, JsonNode schema, URI base);
  }

  private void walk(String path, JsonNode schema, URI outer, Visit visit) {
    if (!schema.isObject()) {
      return;
    }
    JsonNode id = schema.get("$id");
    URI named = id != null && id.isString() ? resolve(outer, id.stringValue()) : null;
    URI base = named == null ? outer : named;
    visit.at(path, schema, base);
    for (Map.Entry<String, JsonNode> member : schema.properties()) {
      String at = path + '.' + member.getKey();
      JsonNode value = member.getValue();
      switch (KEYWORDS.get(member.getKey())) {
        case ONE -> walk(at, value, base, visit);
        case MANY -> {
          for (int i = 0; value.isArray() && i < value.size(); i++) {
            walk(at + '[' + i + ']', value.get(i), base, visit);
          }
        }
        case BY_NAME ->
            value
                .properties()
                .forEach(one -> walk(at + '.' + one.getKey(), one.getValue(), base, visit));
        case null -> {
          // data
        }
      }
    }
  }

  private void collect(String path, JsonNode schema, URI base) {
    addresses.add(base);
  }

  private void check(String path, JsonNode schema, URI base) {
    if (text(schema, "$schema") instanceof String dialect && !dialect.equals(DIALECT)) {
      violations.add(new Violation(path + ".$schema", "must be " + DIALECT));
    }
    for (String keyword : List.of("$ref", "$dynamicRef")) {
      if (text(schema, keyword) instanceof String reference && !isLocal(base, reference)) {
        violations.add(
            new Violation(
                path + '.' + keyword,
                "refers to something outside this schema, which is never fetched"));
      }
    }
    if (text(schema, "pattern") instanceof String pattern) {
      checkPattern(path + ".pattern", pattern);
    }
    JsonNode byPattern = schema.get("patternProperties");
    if (byPattern != null && byPattern.isObject()) {
      byPattern.propertyNames().forEach(one -> checkPattern(path + ".patternProperties", one));
    }
  }

  private static @Nullable String text(JsonNode schema, String keyword) {
    JsonNode value = schema.get(keyword);
    return value == null ? null : value.stringValue(null);
  }

  private void checkPattern(String path, String pattern) {
    try {
      patterns.compile(pattern);
    } catch (UnusablePattern e) {
      violations.add(new Violation(path, "is no pattern that can be used: it " + e.getMessage()));
    }
  }

  private boolean isLocal(URI base, String reference) {
    URI address = resolve(base, reference);
    return address != null && (addresses.contains(address) || isOfDialect(address.toString()));
  }

  /** The address that a reference leads to, without its fragment; null if it is none. */
  private static @Nullable URI resolve(URI base, String reference) {
    int hash = reference.indexOf('#');
    String address = hash < 0 ? reference : reference.substring(0, hash);
    try {
      // java.net.URI would cut off the last segment
      return address.isEmpty() ? base : base.resolve(address);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }
}
