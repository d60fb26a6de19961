package botbot.document.schema;

import botbot.http.json.Json;
import botbot.http.problem.Unprocessable;
import botbot.http.problem.Violation;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.PathType;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Checks documents against a JSON Schema (2020-12) that an administrator wrote, at a bounded cost:
 * nothing is fetched, patterns run in linear time (RE2), and the checks of one request take two
 * seconds in all, which every step looks at. At most two checks run at once; others wait, but not
 * for long.
 */
@Singleton
public class SchemaCheck {

  private static final Duration TIME = Duration.ofSeconds(2);
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final int DEPTH = 1_000;
  private static final int VIOLATIONS = 100;

  /** What most schemas have in common. */
  private static final Json TYPICAL =
      new Json("{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"^a$\",\"enum\":[1]}}}");

  private static final Duration WARM_UP = Duration.ofSeconds(30);

  private final CheckRoom room = new CheckRoom(WAIT);
  private volatile boolean warm;

  /** The time of one request. */
  public CheckTime time() {
    return new CheckTime(TIME);
  }

  /**
   * Refuses with 422 a new schema that is none, or none that can be checked at a bounded cost, and
   * {@code content} that breaks it, each place named below {@code field}.
   */
  public void checkBoth(Json schema, Json content, String field, CheckTime time) {
    warmUp();
    room.run(time, () -> new OneCheck(time).both(schema, content, field));
  }

  /** Refuses content that breaks a schema in force with 422, as {@link #checkBoth} does. */
  public void checkContent(Json schema, Json content, String field, CheckTime time) {
    warmUp();
    room.run(time, () -> new OneCheck(time).content(schema, content, field));
  }

  /**
   * The first check of a process loads and interprets the validator, and takes seconds at worst.
   */
  private void warmUp() {
    if (!warm) {
      CheckTime time = new CheckTime(WARM_UP);
      room.run(time, () -> new OneCheck(time).both(TYPICAL, new Json("{}"), "value"));
      warm = true;
    }
  }

  /** A registry for each check: what one schema defines must not be known to another. */
  private static final class OneCheck {

    private final CheckTime time;
    private final LinearPatterns patterns;
    private final SchemaRegistry registry;

    OneCheck(CheckTime time) {
      this.time = time;
      this.patterns = new LinearPatterns(time);
      this.registry = registry(time, patterns);
    }

    void both(Json schema, Json content, String field) {
      JsonNode tree = SchemaTree.parse(schema, "schema");
      JsonNode value = SchemaTree.parse(content, field);
      within(
          "schema",
          () -> {
            refuse(SchemaRules.violations(tree, patterns));
            Schema dialect = registry.getSchema(SchemaLocation.of(SchemaRules.DIALECT));
            refuse(evaluate(dialect, tree, "schema"));
            compile(tree).initializeValidators();
          });
      within(field, () -> refuse(evaluate(compile(tree), value, field)));
    }

    void content(Json schema, Json content, String field) {
      JsonNode tree = SchemaTree.parse(schema, "schema");
      JsonNode value = SchemaTree.parse(content, field);
      within(
          field,
          () -> {
            // the rules may have become stricter since it was stored
            refuse(SchemaRules.violations(tree, patterns));
            refuse(evaluate(compile(tree), value, field));
          });
    }

    private Schema compile(JsonNode tree) {
      return registry.getSchema(SchemaLocation.of(SchemaRules.UNNAMED.toString()), tree);
    }

    private static void within(String field, Runnable check) {
      try {
        check.run();
      } catch (ValidationLimitExceededException | CheckTooLong e) {
        refuse(List.of(new Violation(field, "takes too long to check against its schema")));
      } catch (SchemaException e) {
        refuse(List.of(new Violation("schema", "cannot be used: " + e.getMessage())));
      }
    }

    private List<Violation> evaluate(Schema schema, JsonNode tree, String field) {
      ExecutionConfig config =
          ExecutionConfig.builder()
              .locale(Locale.ENGLISH)
              .formatAssertionsEnabled(false)
              .maxEvaluationDepth(DEPTH)
              .build();
      return schema.validate(new TimedExecution(config, time), tree, OutputFormat.DEFAULT).stream()
          .limit(VIOLATIONS)
          .map(error -> violation(error, field))
          .toList();
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

  private static SchemaRegistry registry(CheckTime time, LinearPatterns patterns) {
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .locale(Locale.ENGLISH)
            .pathType(PathType.JSON_PATH)
            .regularExpressionFactory(patterns)
            .build();
    return SchemaRegistry.withDefaultDialect(
        TimedDialect.of(time),
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
