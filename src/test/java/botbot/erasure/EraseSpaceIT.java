package botbot.erasure;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.Pause;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A large space goes while another one is used, and nothing of it is left. */
class EraseSpaceIT {

  private static final int ROWS = 500_000;
  private static final int OF_ONE_USER = 10_000;
  private static final int USERS = 3;
  private static final int PER_SECOND = 200;

  /** A read takes a few milliseconds: where many take this long, other work holds the machine. */
  private static final Duration FIT = Duration.ofMillis(50);

  /** With nothing else on the machine calls are as fast as this. */
  private static final Duration IDLE = Duration.ofMillis(30);

  /** Two cores carry the load, both servers and the service: below this nobody is slowed. */
  private static final Duration NOTICED = Duration.ofMillis(150);

  @Test
  void halfOfAMillionSessionsAreErasedWithoutSlowingTheOthers() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("erase", postgres, redis).awaitReady()) {
      insert(postgres, "going", ROWS, 500);
      insert(postgres, "staying", ROWS, OF_ONE_USER);
      postgres.query("analyze session");
      postgres.query("checkpoint");
      Api going = service.api().inSpace("going");
      for (int i = 1; i <= 200; i++) {
        going.get("/v1/sessions/s" + i).expect(200);
      }
      try (Load load = traffic(service.api().inSpace("staying"))) {
        // until the just-in-time compiler has seen it all, and what queued up meanwhile is served
        await("the service to be warm")
            .atMost(Duration.ofMinutes(2))
            .pollInterval(Duration.ofSeconds(5))
            .until(() -> isFit(load));
        Duration warm = load.elapsed();
        Pause.millis(10_000);
        Duration begin = load.elapsed();
        service.api().delete("/v1/spaces/going").expect(202);
        await("the space to be gone")
            .atMost(Duration.ofMinutes(2))
            .until(() -> service.api().delete("/v1/spaces/going").status() == 404);
        Duration end = load.elapsed();
        Api staying = service.api().inSpace("staying");
        List<List<Sample>> ofUsers = new ArrayList<>();
        for (int user = ROWS / OF_ONE_USER - USERS; user < ROWS / OF_ONE_USER; user++) {
          Duration beginOfUser = load.elapsed();
          Answer erased = staying.delete("/v1/users/u" + user).expect(200);
          ofUsers.add(load.between(beginOfUser, load.elapsed()));
          assertEquals(OF_ONE_USER, erased.json().get("sessions").asInt(), erased::toString);
        }
        load.close();
        assertEquals("0", postgres.query(count("session", "going")).orElseThrow());
        assertEquals("0", postgres.query(count("user_preferences", "going")).orElseThrow());
        assertEquals(
            "0",
            postgres.query("select count(*) from erasure where user_id is null").orElseThrow());
        assertTrue(keys(redis, "*/going/*").isEmpty());
        assertTrue(keys(redis, "*/staying/*").size() > 100);
        going.get("/v1/sessions/s1").expect(404);
        List<Sample> normal = load.between(warm, begin);
        Duration took = end.minus(begin);
        assertTrue(took.compareTo(Duration.ofMinutes(1)) < 0, () -> "it took " + took);
        check(ROWS + " sessions", normal, load.between(begin, end));
        // one takes a second, in which a single pause of the machine would decide
        ofUsers.sort(Comparator.comparing(EraseSpaceIT::slow));
        check(USERS + " users, one after the other", normal, ofUsers.get(USERS / 2));
      }
    }
  }

  @Test
  void whatAnInstanceLeavesUndoneWhenItDiesIsErasedByTheNext() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service =
            ServiceInstance.launch("erase-again", postgres, redis).awaitReady()) {
      insert(postgres, "going", 60_000, 60);
      insert(postgres, "staying", 10, 10);
      service.api().delete("/v1/spaces/going").expect(202);
      await("some to be gone")
          .pollInterval(Duration.ofMillis(20))
          .until(() -> deleted(postgres) > 1000);
      service.kill();
      long before = deleted(postgres);
      assertTrue(before < 60_000, () -> before + " had gone already");
      service.start().awaitReady();
      await("the space to be gone")
          .atMost(Duration.ofMinutes(1))
          .until(() -> service.api().delete("/v1/spaces/going").status() == 404);
      assertEquals("0", postgres.query(count("session", "going")).orElseThrow());
      assertEquals("10", postgres.query(count("session", "staying")).orElseThrow());
    }
  }

  private static long deleted(PostgresServer postgres) {
    return Long.parseLong(
        postgres.query("select coalesce(sum(deleted), 0) from erasure").orElseThrow());
  }

  /**
   * Users follow each other by their ids, so that traffic on the first few leaves the last alone.
   */
  private static void insert(PostgresServer postgres, String space, int rows, int ofOneUser) {
    postgres.query(
        """
        insert into session (space, id, user_id, data, ttl_seconds, sliding, version,
                             created_at, updated_at, expires_at)
        select '%s', 's' || n, 'u' || (n - 1) / %d, '{"text":"' || repeat('x', 200) || '"}', 86400,
               true, nextval('version_seq'), now(), now(), now() + interval '1 d'
          from generate_series(1, %d) n
        """
            .formatted(space, ofOneUser, rows));
    postgres.query(
        """
        insert into user_preferences (space, user_id, preferences, version, updated_at)
        select '%s', 'u' || n, '{}', nextval('version_seq'), now() from generate_series(1, 1000) n
        """
            .formatted(space));
  }

  /** Of every four calls one is a write, one a read of what nobody asked for yet. */
  private static Load traffic(Api api) {
    return Load.start(
        PER_SECOND,
        Duration.ofMinutes(5),
        n ->
            switch (n % 4) {
              case 0 -> api.patch("/v1/sessions/s" + (1 + n % 100), "{\"data\":{\"n\":1}}");
              case 1 -> api.get("/v1/sessions/s" + (1000 + n));
              default -> api.get("/v1/sessions/s" + (1 + n % 100));
            });
  }

  private static boolean isFit(Load load) {
    Duration now = load.elapsed();
    List<Sample> last = load.between(now.minusSeconds(5), now);
    return !last.isEmpty() && Load.percentile(last, 0.99).compareTo(FIT) <= 0;
  }

  private static String count(String table, String space) {
    return "select count(*) from " + table + " where space = '" + space + "'";
  }

  private static List<?> keys(RedisServer redis, String pattern) {
    return (List<?>) redis.command("KEYS", pattern);
  }

  private static Duration slow(List<Sample> samples) {
    return Load.percentile(samples, 0.99);
  }

  private static void check(String what, List<Sample> normal, List<Sample> busy) {
    Duration usual = slow(normal);
    Duration meanwhile = slow(busy);
    System.out.printf(
        "%s erased; normal p99 %d us, meanwhile %d us%n",
        what, usual.toNanos() / 1000, meanwhile.toNanos() / 1000);
    assumeTrue(usual.compareTo(IDLE) <= 0, "the machine is too busy to tell: p99 " + usual);
    assertEquals(
        List.of(),
        busy.stream().filter(s -> s.status() != 200).map(Sample::what).distinct().toList());
    assertTrue(
        meanwhile.compareTo(NOTICED) <= 0 || meanwhile.compareTo(usual.multipliedBy(3)) <= 0,
        "p99 " + meanwhile + " against a normal p99 of " + usual);
  }
}
