package botbot.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a hit in the memory of the process costs. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class NearHitsTest {

  private static final String PATH = "/v1/settings/fast";

  private final Api api = Api.ofThisTest();

  @BeforeEach
  void write() {
    api.put(PATH, "{\"value\":{\"greeting\":\"hello\"}}").expect(200, 201);
  }

  @Test
  void aHitAsksNeitherRedisNorPostgresql() {
    long scans = scans();
    awaitAcknowledged();
    long gets = redisGets();
    long begin = System.nanoTime();
    int hits = 0;
    for (int n = 0; n < 500; n++) {
      Answer answer = api.get(PATH).expect(200);
      hits += answer.cacheStatus().equals("local; hit") ? 1 : 0;
    }
    // a held value is loaded again in the background, at most every 250 ms
    long reloads = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 250 + 1;
    assertTrue(hits >= 499, hits + " hits");
    assertTrue(redisGets() - gets <= reloads, (redisGets() - gets) + " reads of Redis");
    assertEquals(scans, scans(), "reads of PostgreSQL");
  }

  @Test
  void ofAllReadsThatWaitForALoadOneSaysThatItFilled() throws Exception {
    for (int round = 0; round < 10; round++) {
      String cold = "/v1/settings/cold-" + UUID.randomUUID();
      Callable<String> read = () -> api.get(cold).expect(404).cacheStatus();
      try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
        List<String> told = new ArrayList<>();
        for (Future<String> answer : callers.invokeAll(Collections.nCopies(20, read))) {
          told.add(answer.get());
        }
        told.removeIf("local; hit"::equals);
        assertEquals(1, Collections.frequency(told, "redis; fwd=uri-miss; stored"), told::toString);
        told.remove("redis; fwd=uri-miss; stored");
        assertEquals(
            told.size(),
            Collections.frequency(told, "redis; fwd=uri-miss; collapsed"),
            told::toString);
      }
    }
  }

  private static long scans() {
    // a session publishes its statistics late, but at its end at the latest
    Backends.postgres()
        .query(
            "select count(pg_terminate_backend(pid, 1000)) from pg_stat_activity"
                + " where backend_type = 'client backend' and state = 'idle'");
    return Long.parseLong(
        Backends.postgres()
            .query(
                "select coalesce(seq_scan, 0) + coalesce(idx_scan, 0) from pg_stat_user_tables"
                    + " where relname = 'document'")
            .orElse("0"));
  }

  /**
   * A write whose acknowledgement was under way when its connection ended is sent to Redis again,
   * which reads there.
   */
  private static void awaitAcknowledged() {
    Awaitility.await("an empty outbox")
        .until(
            () ->
                Backends.postgres().query("select count(*) from outbox").orElseThrow().equals("0"));
  }

  private static long redisGets() {
    String statistics = String.valueOf(Backends.redis().command("INFO", "commandstats"));
    Matcher calls = Pattern.compile("cmdstat_get:calls=(\\d+)").matcher(statistics);
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }
}
