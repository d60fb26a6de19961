package botbot.http.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.http.json.Json;
import botbot.http.json.Limits;
import botbot.http.problem.ProblemException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The public test suite of RFC 6902. */
class JsonPatchSuiteTest {

  private static final Limits LIMITS = () -> 262_144;

  static Stream<Named<JsonNode>> cases() {
    return Stream.of("tests.json", "spec_tests.json")
        .flatMap(
            file -> {
              JsonNode cases = read(file);
              return IntStream.range(0, cases.size())
                  .mapToObj(
                      i ->
                          Named.of(
                              file + " " + i + " " + cases.get(i).path("comment").asText(),
                              cases.get(i)));
            })
        .filter(one -> one.getPayload().has("patch") && !one.getPayload().has("disabled"));
  }

  private static JsonNode read(String file) {
    try (InputStream in =
        JsonPatchSuiteTest.class.getResourceAsStream("/json-patch-test-suite/" + file)) {
      return new Json(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8))
          .tree();
    } catch (IOException e) {
      throw new IllegalStateException(file, e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aPatchHasTheResultOfTheSuite(JsonNode one) {
    JsonNode target = one.get("doc");
    String before = target.toString();
    if (one.has("error")) {
      ProblemException refusal =
          assertThrows(
              ProblemException.class, () -> JsonPatch.apply(target, one.get("patch"), LIMITS));
      assertTrue(Set.of(400, 409, 422).contains(refusal.status()));
    } else {
      JsonNode result = JsonPatch.apply(target, one.get("patch"), LIMITS);
      assertEquals(one.has("expected") ? one.get("expected") : target, result);
    }
    assertEquals(before, target.toString());
  }
}
