package botbot.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The table of sessions in the long run: many rows, many updates, deep pages. {@code -Dlong} for a
 * million rows and a hundred thousand updates.
 */
class LongRunIT {

  private static final boolean LONG = System.getProperty("long") != null;
  private static final int ROWS = LONG ? 1_000_000 : 100_000;
  private static final int UPDATES = LONG ? 100_000 : 3_000;
  private static final int CALLERS = 8;

  @Test
  void updatesStayOnTheirPageVacuumComesAndDeepPagesAreAsFastAsTheFirst() {
    try (PostgresServer postgres = PostgresServer.launch("autovacuum_naptime=1s");
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("long-run", postgres, redis)) {
      Api api = service.api();
      insert(postgres);
      deepPages(api);
      updates(postgres, api);
      vacuum(postgres);
    }
  }

  /** All of one user, in the order in which they were made. */
  private static void insert(PostgresServer postgres) {
    postgres.query(
        """
        insert into session (space, id, user_id, data, ttl_seconds, sliding, version, created_at,
            updated_at, expires_at)
          select 'default', 's' || n, 'many', '{}', 86400, true, nextval('version_seq'),
                 now() - n * interval '1 ms', now(), now() + interval '1 d'
            from generate_series(1, %d) n"""
            .formatted(ROWS));
    postgres.query("vacuum analyze session");
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
    long start = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    Queue<Integer> refused = new ConcurrentLinkedQueue<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      for (int caller = 0; caller < CALLERS; caller++) {
        callers.execute(
            () -> {
              for (int n; (n = next.getAndIncrement()) < UPDATES; ) {
                int status = update(api, n);
                if (status != 200) {
                  refused.add(status);
                }
              }
            });
      }
    }
    assertEquals(List.of(), List.copyOf(refused));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Awaitility.await("the statistics")
        .atMost(Duration.ofSeconds(30))
        .until(() -> stat(postgres, "n_tup_upd") >= UPDATES);
    long updates = stat(postgres, "n_tup_upd");
    long inPlace = stat(postgres, "n_tup_hot_upd");
    System.out.printf(
        "%d of %d updates of sessions were HOT; %d s%n", inPlace, updates, took.toSeconds());
    assertTrue(inPlace >= updates * 0.9, inPlace + " of " + updates);
  }

  private static int update(Api api, int n) {
    String path = "/v1/sessions/s" + (1 + n * 17L % ROWS);
    return api.patch(path, "{\"data\":{\"n\":" + n + "}}").status();
  }

  /** A tenth of the rows changes: by PostgreSQL's defaults a fifth would have to. */
  private static void vacuum(PostgresServer postgres) {
    postgres.query(
        "update session set updated_at = now() where id in (select 's' || 10 * n from"
            + " generate_series(1, "
            + ROWS / 10
            + ") n)");
    long start = System.nanoTime();
    Awaitility.await("an autovacuum")
        .atMost(Duration.ofMinutes(1))
        .until(() -> stat(postgres, "autovacuum_count") > 0);
    System.out.printf(
        "autovacuum has been there %d ms after the last update of a tenth%n",
        (System.nanoTime() - start) / 1_000_000);
  }

  private static long stat(PostgresServer postgres, String column) {
    return Long.parseLong(
        postgres
            .query("select " + column + " from pg_stat_user_tables where relname = 'session'")
            .orElseThrow());
  }
}
