package botbot.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ConcurrentWritesTest {
  private final Api api = Api.ofThisTest();

  @Test
  void ofFiftyConcurrentPutsWithOneIfMatchExactlyOneSucceeds() {
    String path = "/v1/sessions/fifty-puts";
    String tag = api.put(path, body(0)).expect(200, 201).etag().orElseThrow();
    List<Answer> answers = allAtOnce(50, i -> api.put(path, body(i), "If-Match", tag));
    Map<Integer, Long> byStatus =
        answers.stream()
            .map(Answer::status)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertEquals(Map.of(200, 1L, 412, 49L), byStatus);
  }

  @Test
  void aHundredConcurrentMergePatchesOfDifferentFieldsAllSucceedAndAllFieldsAreThere() {
    String path = "/v1/sessions/hundred-patches";
    api.put(path, "{\"userId\": \"ada\"}").expect(200, 201);
    allAtOnce(100, i -> api.patch(path, "{\"data\": {\"field" + i + "\": " + i + "}}"))
        .forEach(answer -> answer.expect(200));
    JsonNode data = api.get(path).expect(200).json().get("data");
    IntStream.range(0, 100).forEach(i -> assertEquals(i, data.get("field" + i).asInt()));
  }

  private static String body(int step) {
    return "{\"userId\": \"ada\", \"data\": {\"step\": " + step + "}}";
  }

  private static List<Answer> allAtOnce(int count, IntFunction<Answer> request) {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Answer>> answers =
          IntStream.range(0, count)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> request.apply(i), callers))
              .toList();
      return answers.stream().map(CompletableFuture::join).toList();
    }
  }
}
