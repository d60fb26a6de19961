package botbot.http.openapi;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.jspecify.annotations.Nullable;

/**
 * Examples of bodies by operation, from {@code openapi/examples.json}: {@code request}, and answers
 * by their status. A test sends each of them.
 */
final class Examples {

  private static final String FILE = "openapi/examples.json";

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
    examples.forEach(
        (where, example) -> {
          if (where.equals("request")) {
            set(operation.getRequestBody().getContent(), example);
          } else {
            set(operation.getResponses().getAPIResponse(where).getContent(), example);
          }
        });
  }

  private static void set(@Nullable Content content, Object example) {
    if (content != null) {
      content.getMediaTypes().values().forEach(type -> type.setExample(example));
    }
  }
}
