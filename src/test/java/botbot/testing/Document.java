package botbot.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The committed OpenAPI document, which every answer of the service must keep to: its status and
 * content type are documented for the operation, its body is valid, and no header is missing that
 * is always there. What the document has no operation for is not looked at.
 */
public final class Document {
  private static final Document COMMITTED = new Document(Path.of("src/main/openapi/openapi.json"));

  /** Takes whatever a test sends and gets back: numbers and names of thousands of characters. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNumberLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNestingDepth(10_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonNode tree;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder()
                      .formatAssertionsEnabled(true)
                      .locale(Locale.ENGLISH)
                      .build()));

  /**
   * An operation of the document.
   *
   * @param path with its parameters in braces
   * @param is what the document says of it, references not followed
   */
  public record Operation(String method, String path, JsonNode is, Pattern matcher) {
    /** Its name. */
    public String id() {
      return is.path("operationId").asText();
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private Document(Path file) {
    try {
      tree = new ObjectMapper().readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Map.Entry<String, JsonNode> path : tree.path("paths").properties()) {
      Pattern matcher = Pattern.compile(path.getKey().replaceAll("\\{[^}]*}", "[^/]+"));
      for (Map.Entry<String, JsonNode> is : path.getValue().properties()) {
        String method = is.getKey().toUpperCase(Locale.ROOT);
        operations.add(new Operation(method, path.getKey(), is.getValue(), matcher));
      }
    }
    // the more literal of two paths that match is meant
    operations.sort(
        Comparator.comparing(operation -> operation.path().chars().filter(c -> c == '{').count()));
  }

  /** The one that callers are given. */
  public static Document committed() {
    return COMMITTED;
  }

  /** All operations. */
  public List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** What a node says, its reference followed. */
  public JsonNode follow(JsonNode node) {
    return node.has("$ref") ? follow(tree.at(node.path("$ref").asText().substring(1))) : node;
  }

  /** Fails the test if an answer is none that the document has for the call. */
  public void check(String method, String target, int status, HttpHeaders headers, String body) {
    find(method, target.replaceFirst("\\?.*", ""))
        .ifPresent(
            operation -> {
              String fault = fault(operation, status, headers, method.equals("HEAD") ? null : body);
              if (fault != null) {
                throw new AssertionError(
                    "The document has no such answer to %s %s: %s: %d %s %s"
                        .formatted(
                            method, shown(target), fault, status, headers.map(), shown(body)));
              }
            });
  }

  private static String shown(String text) {
    return text.length() <= 2000 ? text : text.substring(0, 2000) + "…";
  }

  /** The operation of a call, if the document has one. */
  public Optional<Operation> find(String method, String path) {
    String asked = method.equals("HEAD") ? "GET" : method;
    return operations.stream()
        .filter(is -> is.method().equals(asked) && is.matcher().matcher(path).matches())
        .findFirst()
        .filter(is -> !path.matches(".*/(\\.|%2[eE]){1,2}(/.*)?"));
  }

  private String fault(Operation operation, int status, HttpHeaders headers, String body) {
    JsonNode response = follow(operation.is().path("responses").path("" + status));
    if (response.isMissingNode()) {
      return "the status is not documented";
    }
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      boolean required = follow(header.getValue()).path("required").asBoolean();
      if (required && headers.firstValue(header.getKey()).isEmpty()) {
        return header.getKey() + " is missing";
      }
    }
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      return body == null || body.isEmpty() ? null : "there should be no body";
    }
    String type = headers.firstValue("Content-Type").orElse("none").replaceFirst(" *;.*", "");
    if (!content.has(type)) {
      return "the content type is not documented";
    }
    return body == null || !type.endsWith("json") ? null : fault(content.path(type), body);
  }

  private String fault(JsonNode content, String body) {
    List<Error> errors =
        schemas
            .computeIfAbsent(content.path("schema"), this::compile)
            .validate(JSON.readTree(body));
    return errors.isEmpty() ? null : errors.toString();
  }

  private Schema compile(JsonNode schema) {
    ObjectNode whole = ((ObjectNode) schema).deepCopy();
    whole.set("components", tree.path("components"));
    return registry.getSchema(whole.toString(), InputFormat.JSON);
  }
}
