package botbot.document;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    // PostgreSQL publishes its statistics with up to a second's delay
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofMillis(1500))
        .until(() -> last[0] == (last[0] = scans()) && api.get(PATH).status() == 200);
    long scans = scans();
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
    await("statistics of PostgreSQL")
        .during(Duration.ofMillis(1500))
        .atMost(Duration.ofSeconds(4))
        .until(() -> scans() == scans);
  }

  private static long scans() {
    return Long.parseLong(
        Backends.postgres()
            .query(
                "select coalesce(seq_scan, 0) + coalesce(idx_scan, 0) from pg_stat_user_tables"
                    + " where relname = 'documents'")
            .orElse("0"));
  }

  private static long redisGets() {
    String statistics = String.valueOf(Backends.redis().command("INFO", "commandstats"));
    Matcher calls = Pattern.compile("cmdstat_get:calls=(\\d+)").matcher(statistics);
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }
}
