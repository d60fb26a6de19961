package botbot.document;

import botbot.http.Json;
import botbot.http.Unprocessable;
import botbot.http.Violation;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.PathType;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Checks documents against a JSON Schema (2020-12) that an administrator wrote, at a bounded cost:
 * nothing is fetched, patterns run in linear time (RE2, so without look-around and references back)
 * and within two seconds, and schemas that refer to themselves end after so many steps.
 */
@Singleton
class SchemaCheck {

  private static final Duration TIME = Duration.ofSeconds(2);
  private static final int STEPS = 200_000;
  private static final int DEPTH = 1_000;
  private static final int VIOLATIONS = 100;

  /** Refuses with 422 what is no schema, or none that can be checked at a bounded cost. */
  void checkSchema(Json schema) {
    JsonNode tree = SchemaTree.parse(schema, "schema");
    refuse(SchemaRules.violations(tree));
    SchemaRegistry registry = registry();
    refuse(evaluate(registry.getSchema(SchemaLocation.of(SchemaRules.DIALECT)), tree, "schema"));
    try {
      registry.getSchema(tree).initializeValidators();
    } catch (SchemaException e) {
      refuse(List.of(new Violation("schema", "cannot be used: " + e.getMessage())));
    }
  }

  /** Refuses content that breaks a schema with 422, which names each place below {@code field}. */
  void checkContent(Json schema, Json content, String field) {
    JsonNode tree = SchemaTree.parse(content, field);
    Schema compiled = registry().getSchema(SchemaTree.parse(schema, "schema"));
    refuse(evaluate(compiled, tree, field));
  }

  private static List<Violation> evaluate(Schema schema, JsonNode tree, String field) {
    try {
      return schema
          .validate(
              tree,
              context ->
                  context.setExecutionConfig(
                      ExecutionConfig.builder()
                          .locale(Locale.ENGLISH)
                          .maxEvaluationSteps(STEPS)
                          .maxEvaluationDepth(DEPTH)
                          .build()))
          .stream()
          .limit(VIOLATIONS)
          .map(error -> violation(error, field))
          .toList();
    } catch (ValidationLimitExceededException | PatternTooCostly e) {
      return List.of(new Violation(field, "the schema takes too long to check this"));
    } catch (SchemaException e) {
      return List.of(new Violation("schema", "cannot be used: " + e.getMessage()));
    }
  }

  private static Violation violation(Error error, String field) {
    // "$.greeting[0]", of which "$" is the field
    String path = error.getInstanceLocation().toString();
    String message = error.getMessage();
    String prefix = path + ": ";
    return new Violation(
        field + path.substring(1),
        message.startsWith(prefix) ? message.substring(prefix.length()) : message);
  }

  private static void refuse(List<Violation> violations) {
    if (!violations.isEmpty()) {
      throw new Unprocessable(violations);
    }
  }

  /** A new one for each check: what one schema defines must not be known to another. */
  private static SchemaRegistry registry() {
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .locale(Locale.ENGLISH)
            .pathType(PathType.JSON_PATH)
            .regularExpressionFactory(new LinearPatterns(System.nanoTime() + TIME.toNanos()))
            .build();
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12,
        builder ->
            builder
                .schemaRegistryConfig(config)
                // the flag alone would leave classpath: open
                .schemaLoader(
                    loader ->
                        loader
                            .fetchRemoteResources(false)
                            .block(iri -> !SchemaRules.isOfDialect(iri.toString()))));
  }
}
