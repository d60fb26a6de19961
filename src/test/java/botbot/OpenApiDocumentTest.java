package botbot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Holds the interface that callers generate their clients from: it changes only where somebody
 * means it to.
 */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class OpenApiDocumentTest {

  private static final Path COMMITTED = Path.of("src/main/openapi/openapi.json");
  private static final String UPDATE = "openapi.update";

  private final Api anyone = Api.ofThisTest().withKey("");
  private final JsonNode document = anyone.get("/q/openapi?format=json").expect(200).json();

  @Test
  void theDocumentIsTheCommittedOne() throws IOException {
    String generated = pretty(document);
    if (System.getProperty(UPDATE) != null) {
      Files.writeString(COMMITTED, generated);
    }
    assertEquals(
        Files.exists(COMMITTED) ? Files.readString(COMMITTED) : "",
        generated,
        "The interface has changed. If it should, commit what this writes to "
            + COMMITTED
            + ": ./mvnw test -Dtest=OpenApiDocumentTest -D"
            + UPDATE);
  }

  @Test
  void itIsThereInJsonAndInYaml() throws IOException {
    for (String json : List.of("/q/openapi.json", "/q/openapi?format=JSON")) {
      Answer answer = anyone.get(json).expect(200);
      assertEquals("application/json;charset=UTF-8", answer.header("Content-Type"));
      assertEquals(document, answer.json());
    }
    assertEquals(
        document, anyone.get("/q/openapi", "Accept", "application/json").expect(200).json());
    for (String yaml : List.of("/q/openapi", "/q/openapi.yaml", "/q/openapi.yml")) {
      Answer answer = anyone.get(yaml).expect(200);
      assertEquals("application/yaml;charset=UTF-8", answer.header("Content-Type"));
      JsonNode read = new ObjectMapper(new YAMLFactory()).readTree(answer.body());
      assertEquals(document.toString(), read.toString());
    }
  }

  @Test
  void everyOperationHasANameOfItsOwnAndAllItsRefusals() {
    Set<String> names = new HashSet<>();
    for (Operation operation : operations()) {
      JsonNode is = operation.is();
      assertTrue(names.add(is.path("operationId").asText()), operation + " has a name of its own");
      assertFalse(is.path("summary").asText().isEmpty(), operation + " has a summary");
      assertTrue(is.path("security").has(0), operation + " names its roles");
      for (String status : List.of("401", "403", "503")) {
        assertTrue(is.path("responses").has(status), operation + " can be " + status);
      }
      is.path("responses")
          .properties()
          .forEach(
              response ->
                  assertTrue(
                      response.getKey().compareTo("400") < 0
                          || response.getValue().has("$ref")
                          || response.getValue().path("content").has("application/problem+json"),
                      operation + " refuses with a problem: " + response));
    }
  }

  @Test
  void everyRequestHasAnExampleWhichIsAccepted() {
    Api api = Api.ofThisTest();
    for (String method : List.of("put", "post", "patch")) {
      for (Operation operation : operations()) {
        JsonNode body = operation.is().path("requestBody").path("content");
        if (operation.method().equals(method) && body.isObject()) {
          body.properties()
              .forEach(
                  is -> {
                    JsonNode example = is.getValue().path("example");
                    assertFalse(example.isMissingNode(), operation + " has an example");
                    api.sendJson(
                            method.toUpperCase(Locale.ROOT),
                            operation.path().replaceAll("\\{[^}]*}", "web"),
                            is.getKey(),
                            accepted(example))
                        .expect(200, 201, 204);
                  });
        }
      }
    }
    for (String path : List.of("/v1/agents/web/config", "/v1/settings/web", "/v1/clients/web")) {
      api.delete(path).expect(204);
    }
    api.delete("/v1/rate-policies/web").expect(204);
  }

  /** A key in an example is nobody's. */
  private static String accepted(JsonNode example) {
    return example.has("key")
        ? ((ObjectNode) example.deepCopy()).put("key", Backends.ADMIN_KEY).toString()
        : example.toString();
  }

  @Test
  void everyOperationSaysWhatItDoesAndShowsAnAnswer() {
    for (Operation operation : operations()) {
      String text = operation.is().path("description").asText();
      assertTrue(text.split("[.:;] ").length > 1, operation + " says what is special: " + text);
      operation
          .is()
          .path("responses")
          .properties()
          .forEach(
              response ->
                  response
                      .getValue()
                      .path("content")
                      .properties()
                      .forEach(
                          content ->
                              assertTrue(
                                  response.getKey().compareTo("300") > 0
                                      || content.getValue().has("example"),
                                  operation + " shows an answer: " + response.getKey())));
    }
  }

  @Test
  void parametersOfAPathAreInTheOrderOfThePath() {
    for (Operation operation : operations()) {
      int last = -1;
      for (JsonNode parameter : operation.is().path("parameters")) {
        if (parameter.path("in").asText().equals("path")) {
          int at = operation.path().indexOf("{" + parameter.path("name").asText() + "}");
          assertTrue(at > last, operation + ": " + parameter);
          last = at;
        }
      }
    }
  }

  /** Go makes a constructor {@code NewX} of each schema {@code X}. */
  @Test
  void noSchemaIsNamedLikeTheConstructorOfAnother() {
    JsonNode schemas = document.path("components").path("schemas");
    schemas
        .fieldNames()
        .forEachRemaining(name -> assertFalse(schemas.has("New" + name), "New" + name));
  }

  private record Operation(String method, String path, JsonNode is) {

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private List<Operation> operations() {
    List<Operation> found = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        is -> found.add(new Operation(is.getKey(), path.getKey(), is.getValue()))));
    return found;
  }

  private static String pretty(JsonNode document) throws JsonProcessingException {
    return new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .writeValueAsString(document)
            .replace("\r\n", "\n")
        + "\n";
  }
}
