package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import botbot.testing.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What every refusal must look like. */
final class Problems {

  private Problems() {}

  /** A problem of RFC 9457 with that status, which tells nothing of the inside. */
  static void problem(Answer refused, int status) {
    assertEquals(status, refused.status(), refused.toString());
    assertEquals("application/problem+json", refused.header("Content-Type"));
    JsonNode problem = refused.json();
    for (String member : List.of("type", "title", "detail", "instance")) {
      assertFalse(problem.path(member).asText().isEmpty(), member + " in " + refused);
    }
    assertEquals(status, problem.path("status").asInt());
    assertEquals(refused.header("X-Request-Id"), problem.path("requestId").asText());
    for (String inside : List.of("Exception", "botbot.", "java", "jackson", "quarkus", "select ")) {
      assertFalse(refused.body().contains(inside), refused.toString());
    }
  }

  /** The fields that a 400 blames. */
  static List<String> fieldsOf(Answer refused) {
    problem(refused, 400);
    JsonNode violations = refused.json().path("violations");
    violations.forEach(violation -> assertFalse(violation.path("message").asText().isEmpty()));
    return violations.findValuesAsText("field");
  }
}
