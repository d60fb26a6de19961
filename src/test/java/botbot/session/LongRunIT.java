package botbot.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The table of sessions in the long run: a hundred thousand rows, many updates, deep pages. */
class LongRunIT {

  private static final int ROWS = 100_000;
  private static final int UPDATES = 5_000;

  @Test
  void updatesStayOnTheirPageAndDeepPagesAreAsFastAsTheFirst() {
    try (PostgresServer postgres = PostgresServer.launch("fsync=off");
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("long-run", postgres, redis)) {
      Api api = service.api();
      insert(postgres);
      deepPages(api);
      updates(postgres, api);
    }
  }

  /** All of one user, in the order in which they were made. */
  private static void insert(PostgresServer postgres) {
    postgres.query(
        "insert into session (space, id, user_id, data, ttl_seconds, sliding, version, created_at,"
            + " updated_at, expires_at) select 'default', 's' || n, 'many', '{}', 86400, true,"
            + " nextval('version_seq'), now() - n * interval '1 ms', now(), now() + interval '1 d'"
            + " from generate_series(1, "
            + ROWS
            + ") n");
    postgres.query("analyze session");
  }

  private static void deepPages(Api api) {
    List<Duration> took = new ArrayList<>();
    String cursor = "";
    int items = 0;
    do {
      long start = System.nanoTime();
      JsonNode page =
          api.get("/v1/sessions?userId=many&data=false&limit=200" + cursor).expect(200).json();
      took.add(Duration.ofNanos(System.nanoTime() - start));
      items += page.path("items").size();
      String next = page.path("nextCursor").asText();
      cursor = next.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    } while (!cursor.isEmpty());
    assertEquals(ROWS, items);
    // the very first ones find the service cold
    Duration early = median(took.subList(50, 100));
    Duration deep = median(took.subList(took.size() - 50, took.size()));
    System.out.printf(
        "a page of 200: %d ms near the beginning, %d ms at row %d%n",
        early.toMillis(), deep.toMillis(), ROWS);
    Duration bound = early.multipliedBy(2).plusMillis(10);
    assertTrue(deep.compareTo(bound) <= 0, deep + " against " + early);
  }

  private static Duration median(List<Duration> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private static void updates(PostgresServer postgres, Api api) {
    postgres.query("select pg_stat_reset()");
    try (Load load =
        Load.start(
            500,
            Duration.ofSeconds(UPDATES / 500),
            n ->
                api.patch(
                    "/v1/sessions/s" + (1 + n * 17 % ROWS), "{\"data\":{\"n\":" + n + "}}"))) {
      assertEquals(List.of(), load.await().stream().filter(s -> s.status() != 200).toList());
    }
    Awaitility.await("the statistics").until(() -> stat(postgres, "n_tup_upd") >= UPDATES - 10);
    long updates = stat(postgres, "n_tup_upd");
    long inPlace = stat(postgres, "n_tup_hot_upd");
    System.out.printf("%d of %d updates of sessions were HOT%n", inPlace, updates);
    assertTrue(inPlace >= updates * 0.9, inPlace + " of " + updates);
  }

  private static long stat(PostgresServer postgres, String column) {
    return Long.parseLong(
        postgres
            .query("select " + column + " from pg_stat_user_tables where relname = 'session'")
            .orElseThrow());
  }
}
