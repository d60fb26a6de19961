package botbot.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.Document;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random requests of every operation of the OpenAPI document, good and bad: none is answered by a
 * 5xx or in a way that the document does not have, and none leaves a stack trace in the log. 2,000
 * of them, the same in each run; more and others by
 *
 * <pre>./mvnw test -Dtest=FuzzTest -Dfuzz.requests=20000 -Dfuzz.seed=7</pre>
 */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class FuzzTest {
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 2000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);

  private final Api api = Api.ofThisTest();
  private final Logger root = Logger.getLogger("");
  private final List<String> traces = Collections.synchronizedList(new ArrayList<>());
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          // a machine that stalls is no fault of a request
          boolean stall = line.getLoggerName().endsWith("BlockedThreadChecker");
          boolean shown = line.getLevel().intValue() >= Level.INFO.intValue() && !stall;
          if (shown && (line.getThrown() != null || line.getLevel().intValue() >= 1000)) {
            traces.add(line.getLoggerName() + " " + line.getMessage() + " " + line.getThrown());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    root.addHandler(listener);
  }

  @AfterEach
  void cleanUp() {
    root.removeHandler(listener);
    cleanUp(api);
    for (JsonNode space : api.get("/v1/spaces?limit=200").expect(200).json().path("items")) {
      String name = space.path("name").asText();
      if (name.startsWith("fuzz")) {
        cleanUp(api.inSpace(name));
      }
    }
  }

  private static void cleanUp(Api in) {
    delete(in, "/v1/clients", "name", "");
    delete(in, "/v1/rate-policies", "name", "");
    delete(in, "/v1/agents", "agentId", "/config");
    delete(in, "/v1/settings", "key", "");
  }

  private static void delete(Api in, String list, String name, String end) {
    for (JsonNode item : in.get(list + "?limit=200").expect(200).json().path("items")) {
      String named = item.path(name).asText();
      // a policy may be for all
      if (list.endsWith("policies") || named.startsWith("fuzz")) {
        in.delete(list + "/" + named + end).expect(204);
      }
    }
  }

  @Test
  void everyRequestIsAnsweredAsTheDocumentHasIt() {
    Random random = new Random(SEED);
    String frontend = api.newKey("fuzz-frontend", "frontend");
    // a stream does not end
    List<Document.Operation> operations =
        Document.committed().operations().stream()
            .filter(operation -> !operation.id().equals("streamChanges"))
            .toList();
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (int i = 0; i < REQUESTS; i++) {
      Document.Operation operation = operations.get(random.nextInt(operations.size()));
      RandomCall call = RandomCall.of(operation, random, List.of(Backends.ADMIN_KEY, frontend));
      String which = "request " + i + " of seed " + SEED + ": " + call;
      try {
        Answer answer = call.send(api);
        statuses.merge(answer.status(), 1, Integer::sum);
        assertTrue(answer.status() < 500, () -> which + " -> " + answer);
        assertEquals(List.of(), traces, which);
      } catch (AssertionError | RuntimeException fault) {
        throw new AssertionError(which + " -> " + fault.getMessage(), fault);
      }
    }
    System.out.println(REQUESTS + " requests of seed " + SEED + " by status: " + statuses);
    for (int status : List.of(200, 201, 204, 400, 401, 403, 404, 406, 412, 413, 415)) {
      assertTrue(statuses.containsKey(status), status + " is among " + statuses);
    }
  }
}
