package botbot.http.openapi;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;

/**
 * Examples of bodies by operation, from {@code openapi/examples.json}: {@code request}, {@code
 * request media/type} where one type has an example of its own, and answers by their status. A test
 * sends each request.
 */
final class Examples {

  private static final String FILE = "openapi/examples.json";
  private static final String REQUEST = "request";

  private final Map<String, Map<String, Object>> byOperation;

  private Examples(Map<String, Map<String, Object>> byOperation) {
    this.byOperation = byOperation;
  }

  static Examples load() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream file = loader.getResourceAsStream(FILE)) {
      return new Examples(new ObjectMapper().readValue(file, new TypeReference<>() {}));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(FILE, unreadable);
    }
  }

  void add(Operation operation) {
    Map<String, Object> examples = byOperation.getOrDefault(operation.getOperationId(), Map.of());
    if (operation.getRequestBody() != null) {
      request(operation.getRequestBody().getContent(), examples);
    }
    operation
        .getResponses()
        .getAPIResponses()
        .forEach(
            (status, response) -> {
              // what is created looks like what is replaced
              String like = status.equals("201") && !examples.containsKey("201") ? "200" : status;
              Object example = examples.get(like);
              if (example != null && response.getContent() != null) {
                response
                    .getContent()
                    .getMediaTypes()
                    .values()
                    .forEach(is -> is.setExample(example));
              }
            });
  }

  private static void request(Content content, Map<String, Object> examples) {
    Object example = examples.get(REQUEST);
    content
        .getMediaTypes()
        .forEach((type, is) -> is.setExample(examples.getOrDefault(REQUEST + " " + type, example)));
  }
}
