package botbot.testing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the document has no answer for fails every test that gets it. */
class DocumentTest {
  private static final String ITEM = "{\"key\":\"k\",\"expiresAt\":\"2026-01-31T09:30:00.125Z\"}";

  private static void check(int status, String body, String... headers) {
    Map<String, List<String>> all = new TreeMap<>();
    all.put("X-Request-Id", List.of("r"));
    all.put("Content-Type", List.of("application/json"));
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], List.of(headers[i + 1]));
    }
    all.values().removeIf(List.of("")::equals);
    HttpHeaders sent = HttpHeaders.of(all, (name, value) -> true);
    Document.committed().check("GET", "/v1/scratch/n?limit=2", status, sent, body);
  }

  private static void refuse(String fault, int status, String body, String... headers) {
    AssertionError error = assertThrows(AssertionError.class, () -> check(status, body, headers));
    assertTrue(error.getMessage().contains(fault), error.getMessage());
  }

  @Test
  void anAnswerOfTheDocumentPasses() {
    assertDoesNotThrow(() -> check(200, "{\"items\":[" + ITEM + "]}"));
    assertDoesNotThrow(
        () -> check(200, "{\"items\":[]}", "Content-Type", "application/json; charset=utf-8"));
  }

  @Test
  void anotherStatusTypeBodyOrAMissingHeaderDoesNot() {
    refuse("status", 500, "");
    refuse("status", 409, "{}");
    refuse("content type", 200, "", "Content-Type", "text/plain");
    refuse("X-Request-Id is missing", 200, "{\"items\":[]}", "X-Request-Id", "");
    refuse("items", 200, "{}");
    refuse("expiresAt", 200, "{\"items\":[{\"key\":\"k\"}]}");
    refuse("expiresAt", 200, "{\"items\":[" + ITEM.replace("2026-01-31T", "today ") + "]}");
    refuse("requestId", 400, "{}", "Content-Type", "application/problem+json");
  }

  @Test
  void whatTheDocumentHasNoOperationForIsNotLookedAt() {
    HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
    assertDoesNotThrow(() -> Document.committed().check("GET", "/v1/unknown", 404, none, ""));
    assertDoesNotThrow(() -> Document.committed().check("PUT", "/v1/scratch/n", 405, none, ""));
    assertDoesNotThrow(
        () -> Document.committed().check("GET", "/v1/sessions/%2e%2E", 400, none, ""));
  }
}
