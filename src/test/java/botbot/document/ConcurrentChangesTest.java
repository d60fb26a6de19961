package botbot.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ConcurrentChangesTest {

  private static final String PATH = "/v1/agents/busy/config";

  private final Api api = Api.ofThisTest();

  @Test
  void fiftyUpdatesAndRollbacksAtOnceGetConsecutiveVersionsAndAllAreKept() throws Exception {
    api.put(PATH, "{\"config\":{\"n\":0}}").expect(201);
    try (EventStream stream = EventStream.open(api, "/v1/changes")) {
      List<Answer> answers =
          inParallel(IntStream.range(0, 50).<Callable<Answer>>mapToObj(this::change).toList());

      List<Long> expected = LongStream.rangeClosed(2, 51).boxed().toList();
      assertEquals(
          expected, answers.stream().map(a -> a.json().get("version").asLong()).sorted().toList());
      JsonNode history = api.get(PATH + "/versions?limit=200").expect(200).json().get("items");
      assertEquals(51, history.size());
      for (Answer answer : answers) {
        long version = answer.json().get("version").asLong();
        assertEquals(answer.json().get("config"), history.get((int) (51 - version)).get("config"));
      }
      assertEquals(51, api.get(PATH).expect(200).json().get("version").asLong());
      List<EventStream.Event> events = stream.await(50, Duration.ofSeconds(5));
      assertEquals(
          expected.stream()
              .map(
                  v ->
                      "{\"kind\":\"agent\",\"key\":\"busy\",\"version\":%d,\"deleted\":false}"
                          .formatted(v))
              .toList(),
          events.stream().map(EventStream.Event::data).toList());
    }
  }

  @Test
  void whateverSchemaIsPutMeanwhileEveryVersionKeepsToItsOwn() throws Exception {
    String path = "/v1/settings/restless";
    List<String> bodies =
        List.of(
            "{\"value\":1,\"schema\":{\"type\":\"integer\"}}",
            "{\"value\":\"a\",\"schema\":{\"type\":\"string\"}}",
            "{\"value\":2}",
            "{\"value\":\"b\"}");
    api.put(path, bodies.getFirst()).expect(201);
    List<Answer> answers =
        inParallel(
            IntStream.range(0, 80)
                .<Callable<Answer>>mapToObj(
                    n -> () -> api.put(path, bodies.get(n % 4)).expect(200, 422, 503))
                .toList());
    assertTrue(answers.stream().anyMatch(answer -> answer.status() == 422));
    JsonNode history = api.get(path + "/versions?limit=200").expect(200).json().get("items");
    for (JsonNode version : history) {
      assertEquals(
          version.at("/schema/type").asText().equals("integer"),
          version.get("value").isInt(),
          version::toString);
    }
  }

  private Callable<Answer> change(int n) {
    return n % 2 == 0
        ? () -> api.put(PATH, "{\"config\":{\"n\":" + n + "}}").expect(200)
        : () -> api.post(PATH + "/rollback", "{\"version\":1}").expect(200);
  }

  private static List<Answer> inParallel(List<Callable<Answer>> calls)
      throws InterruptedException, ExecutionException {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Answer> answers = new java.util.ArrayList<>();
      for (Future<Answer> answer : callers.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    }
  }
}
