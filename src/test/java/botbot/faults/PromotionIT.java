package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.EventStream;
import botbot.testing.PortProxy;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A PostgreSQL that lost what it had acknowledged: nothing lost is served, all that is new is. */
class PromotionIT {

  private static final int USERS = 20;

  private final PostgresServer primary = PostgresServer.launch("checkpoint_timeout=30min");
  private final PortProxy way = PortProxy.to(primary.port());
  private final PortProxy replication = PortProxy.to(primary.port());
  private final RedisServer redis = RedisServer.launch();
  private final List<AutoCloseable> others = new ArrayList<>();
  private ServiceInstance a;
  private ServiceInstance b;

  @BeforeEach
  void startInstances() {
    String url = "jdbc:postgresql://127.0.0.1:" + way.port() + "/postgres";
    a = ServiceInstance.launch("promoted-a", ServiceInstance.environment(url, redis.url()));
    b = ServiceInstance.launch("promoted-b", ServiceInstance.environment(url, redis.url()));
    a.awaitReady();
    b.awaitReady();
    others.addAll(List.of(a, b));
  }

  @AfterEach
  void stopAll() throws Exception {
    for (AutoCloseable other : others) {
      other.close();
    }
    redis.close();
    way.close();
    replication.close();
    primary.close();
  }

  @Test
  void aPromotedStandbyServesNothingThatItLostAndAllThatIsNew() {
    PostgresServer standby = primary.standby(replication.port(), "checkpoint_timeout=30min");
    standby.start();
    others.add(standby);
    write("kept");
    Remembered before = remember("kept");
    awaitReplicated(standby);
    replication.cut();
    Remembered lost = writeWhatWillBeLost();

    primary.kill();
    standby.promote();
    way.pointTo(standby.port());
    report("promotion", before, lost);
  }

  private Remembered writeWhatWillBeLost() {
    for (int round = 0; round < 10; round++) {
      write("lost");
    }
    Remembered lost = remember("lost");
    assertHits("lost");
    return lost;
  }

  @Test
  void filesOfBeforeAreRecognisedThoughTheirTimelineIsTheSame() {
    write("kept");
    Remembered before = remember("kept");
    primary.stop();
    Path copy = primary.copyOfFiles();
    primary.start();
    awaitWrites();
    Remembered lost = writeWhatWillBeLost();

    primary.kill();
    primary.putBack(copy);
    primary.start();
    report("files of before", before, lost);
  }

  @Test
  void aRestartIsNoLoss() {
    write("kept");
    Remembered before = remember("kept");
    primary.kill();
    primary.start();
    awaitWrites();

    assertEquals("1", one("select count(*) from server_life where nothing_lost and life > 1"));
    for (Api api : apis()) {
      try (EventStream stream = EventStream.open(api, "/v1/changes?since=" + before.revision())) {
        assertFalse(stream.ended());
      }
      api.put("/v1/users/u0/preferences", body("kept"), "If-Match", before.preferences())
          .expect(200);
      before = remember("kept");
    }
  }

  private String one(String sql) {
    return primary.query(sql).orElseThrow();
  }

  private void report(String what, Remembered before, Remembered lost) {
    long start = System.nanoTime();
    awaitWrites();
    long writesAfterMs = (System.nanoTime() - start) / 1_000_000;

    int stale = 0;
    for (Api api : apis()) {
      for (int user = 0; user < USERS; user++) {
        stale += value(api, user).equals("lost") ? 1 : 0;
      }
    }
    int visible = 0;
    for (int user = 0; user < 10; user++) {
      a.api().put(path(user), body("new")).expect(200);
      boolean everywhere = true;
      for (Api api : apis()) {
        everywhere &= value(api, user).equals("new");
      }
      visible += everywhere ? 1 : 0;
    }
    System.out.printf(
        "%s: %d of 40 reads stale, %d of 10 new writes visible; first write after %d ms%n",
        what, stale, visible, writesAfterMs);
    assertEquals(0, stale);
    assertEquals(10, visible);
    assertNumbersDoNotComeAgain(before, lost);
    Awaitility.await("well")
        .atMost(Duration.ofSeconds(30))
        .until(() -> a.api().get("/q/health/well").status() == 200);
  }

  private void assertNumbersDoNotComeAgain(Remembered before, Remembered lost) {
    // as many writes as were lost, so that small numbers would come again
    for (int round = 0; round < 12; round++) {
      a.api().put("/v1/settings/s", "{\"value\":\"new" + round + "\"}").expect(200);
      a.api().put("/v1/users/u0/preferences", body("new")).expect(200);
    }
    for (Api api : apis()) {
      api.put("/v1/users/u0/preferences", body("x"), "If-Match", lost.preferences()).expect(412);
      api.put("/v1/settings/s", "{\"value\":1}", "If-Match", lost.setting()).expect(412);
      api.put("/v1/rate-policies/p", Remembered.POLICY, "If-Match", lost.policy()).expect(412);
      for (long revision : List.of(before.revision(), lost.revision())) {
        api.get("/v1/changes?since=" + revision).expect(410);
      }
    }
  }

  /** What a caller remembers: tags, and the id of an event. */
  private record Remembered(String preferences, String setting, String policy, long revision) {
    static final String POLICY =
        "{\"tier\":\"*\",\"endpoint\":\"none\",\"limit\":3,\"windowMs\":60000}";
  }

  private Remembered remember(String value) {
    Answer preferences = a.api().put("/v1/users/u0/preferences", body(value)).expect(200);
    Answer setting =
        a.api().put("/v1/settings/s", "{\"value\":\"" + value + "\"}").expect(200, 201);
    Answer policy = a.api().put("/v1/rate-policies/p", Remembered.POLICY).expect(200, 201);
    return new Remembered(
        preferences.header("ETag"),
        setting.header("ETag"),
        policy.header("ETag"),
        Long.parseLong(one("select max(revision) from change")));
  }

  private List<Api> apis() {
    return List.of(a.api(), b.api());
  }

  private void write(String value) {
    for (int user = 0; user < USERS; user++) {
      a.api().put(path(user), body(value)).expect(200, 201);
    }
    a.api().put("/v1/settings/s", "{\"value\":\"" + value + "\"}").expect(200, 201);
  }

  private void assertHits(String value) {
    for (Api api : apis()) {
      for (int user = 0; user < USERS; user++) {
        assertEquals(value, value(api, user));
      }
    }
  }

  private void awaitWrites() {
    for (Api api : apis()) {
      Awaitility.await("writes")
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> api.put("/v1/users/other/preferences", body("x")).status() < 300);
    }
  }

  private void awaitReplicated(PostgresServer standby) {
    String at = one("select pg_current_wal_lsn()");
    Awaitility.await("the standby to have it all")
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                Objects.equals(
                    "t",
                    standby
                        .query("select pg_last_wal_replay_lsn() >= '" + at + "'::pg_lsn")
                        .orElse("")));
  }

  private static String path(int user) {
    return "/v1/users/u" + user + "/preferences";
  }

  private static String body(String value) {
    return "{\"preferences\":{\"v\":\"" + value + "\"}}";
  }

  private static String value(Api api, int user) {
    return api.get(path(user)).expect(200).json().path("preferences").path("v").asText();
  }
}
