package botbot.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.MuteHost;
import botbot.testing.PostgresServer;
import botbot.testing.RedisCluster;
import botbot.testing.RedisSentinels;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged service where some of the hosts it was given are of no use. */
class HostsIT {

  private final List<AutoCloseable> open = new ArrayList<>();
  private PostgresServer postgres;

  @BeforeEach
  void startPostgres() {
    postgres = opened(PostgresServer.launch());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private ServiceInstance service(String type, String hosts) {
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), hosts);
    environment.put("QUARKUS_REDIS_CLIENT_TYPE", type);
    environment.put("QUARKUS_REDIS_MASTER_NAME", RedisSentinels.NAME);
    return opened(ServiceInstance.launch("hosts-" + type, environment)).awaitReady();
  }

  /** So many hosts that say nothing, and then others. */
  private String after(int mute, String hosts) {
    return IntStream.range(0, mute)
            .mapToObj(i -> opened(new MuteHost()).url() + ",")
            .collect(Collectors.joining())
        + hosts;
  }

  private static void isNormal(Api api) {
    JsonNode status = api.get("/v1/status").expect(200).json();
    assertEquals("normal", status.get("mode").asText(), status::toString);
  }

  /** How long it takes until Redis is in use. */
  private static Duration normal(ServiceInstance service, Duration within) {
    long start = System.nanoTime();
    Awaitility.await("Redis to be in use")
        .atMost(within)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> isNormal(service.api()));
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void isSoonNormal(String type, int mute, String hosts) {
    ServiceInstance service = service(type, after(mute, hosts));
    Duration first = normal(service, Duration.ofSeconds(5));
    String path = "/v1/users/ada/preferences";
    service.api().put(path, "{\"preferences\":{\"step\":1}}").expect(201);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> service.api().get(path).cacheStatus().equals("redis; hit"));
    System.out.printf(
        "%s, %d mute hosts: Redis in use %d ms after the service was ready%n",
        type, mute, first.toMillis());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 12})
  void muteHostsKeepNoClusterAway(int mute) {
    isSoonNormal("cluster", mute, opened(RedisCluster.launch(3)).urls());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 12})
  void muteHostsKeepNoSentinelAway(int mute) {
    isSoonNormal("sentinel", mute, opened(RedisSentinels.launch()).urls());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 12})
  void muteHostsAndReplicasKeepNoPrimaryAway(int mute) {
    RedisServer primary = opened(RedisServer.launch());
    RedisServer replica = opened(RedisServer.launch(replicaOf(primary)));
    isSoonNormal("replication", mute, replica.url() + "," + primary.url());
  }

  @Test
  void aClusterAllOfWhoseNamedHostsAreGoneIsUsedByWhatItToldOfItsNodes() {
    RedisCluster cluster = opened(RedisCluster.launch(3));
    ServiceInstance service = service("cluster", cluster.urls());
    normal(service, Duration.ofSeconds(10));
    List<RedisServer> named = cluster.replaceAll();
    // the service asks for the nodes every 10 s
    Awaitility.await()
        .pollDelay(Duration.ofSeconds(12))
        .atMost(Duration.ofSeconds(20))
        .until(() -> true);
    named.forEach(RedisServer::kill);
    // the cluster itself takes 2 s to notice
    Awaitility.await("the cluster to know")
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                cluster.primaries().stream()
                    .allMatch(one -> !slots(one).contains("" + named.getFirst().port())));
    cluster.primaries().forEach(one -> one.command("CLIENT", "KILL", "TYPE", "normal"));
    Duration took = normal(service, Duration.ofSeconds(10));
    System.out.println("All named nodes replaced: Redis in use after " + took.toMillis() + " ms");
  }

  /** Of a cluster that was left, for one: what its nodes tell was true before the last election. */
  @Test
  void nodesThatHaveMissedAnElectionAreNotBelieved() throws InterruptedException {
    RedisCluster left = opened(RedisCluster.launch(3));
    RedisCluster cluster = opened(RedisCluster.launch(3));
    for (int i = 0; i < 5; i++) {
      cluster.primaries().get(i % 3).command("CLUSTER", "BUMPEPOCH");
    }
    left.primaries().forEach(RedisServer::kill);
    ServiceInstance service = service("cluster", left.urls() + "," + cluster.urls());
    normal(service, Duration.ofSeconds(10));
    left.primaries().forEach(RedisServer::start);
    for (int i = 0; i < 12; i++) {
      // whoever loses a connection asks some node who has which slots
      cluster.primaries().get(i % 3).command("CLIENT", "KILL", "TYPE", "normal");
      Thread.sleep(300);
      for (int user = 0; user < 5; user++) {
        service
            .api()
            .put("/v1/users/u" + user + "/preferences", "{\"preferences\":{\"step\":" + i + "}}")
            .expect(200, 201);
      }
    }
    normal(service, Duration.ofSeconds(10));
    for (RedisServer node : left.primaries()) {
      assertEquals(0L, node.command("DBSIZE"), () -> "written to a node that has missed elections");
    }
  }

  private static String slots(RedisServer node) {
    return node.command("CLUSTER", "SLOTS").toString();
  }

  @Test
  void sentinelsThatWereNotNamedAreAskedWhenTheNamedOneIsGone() {
    RedisSentinels sentinels = opened(RedisSentinels.launch());
    ServiceInstance service = service("sentinel", sentinels.urls().split(",")[0]);
    normal(service, Duration.ofSeconds(10));
    Awaitility.await("the others to be subscribed to")
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                sentinels.sentinels().stream()
                    .noneMatch(one -> one.command("CLIENT", "LIST", "TYPE", "pubsub").equals("")));
    RedisServer primary = sentinels.primary();
    sentinels.sentinels().getFirst().kill();
    primary.kill();
    sentinels.awaitPromotion(primary);
    Duration took = normal(service, Duration.ofSeconds(10));
    System.out.println(
        "The named sentinel and the primary killed: Redis in use "
            + took.toMillis()
            + " ms after the promotion");
  }

  @Test
  void aReplicaThatSomethingElsePromotesIsUsed() {
    RedisServer first = opened(RedisServer.launch());
    RedisServer second = opened(RedisServer.launch(replicaOf(first)));
    Api api = service("replication", first.url() + "," + second.url()).api();
    AtomicInteger written = new AtomicInteger();
    hitsAfterAWrite(api, written);

    first.kill();
    second.command("REPLICAOF", "NO", "ONE");
    Duration killed = hitsAfterAWrite(api, written);
    first.configure(replicaOf(second)).start();
    Awaitility.await("a copy")
        .atMost(Duration.ofSeconds(20))
        .until(() -> info(first).contains("master_link_status:up"));

    // and back, while both live: who was left refuses writes
    first.command("REPLICAOF", "NO", "ONE");
    second.command("REPLICAOF", "127.0.0.1", "" + first.port());
    Duration planned = hitsAfterAWrite(api, written);
    System.out.printf(
        "replication: Redis in use %d ms after a death and promotion, %d ms after an exchange%n",
        killed.toMillis(), planned.toMillis());
  }

  /** Writes, and waits until what was written is read from a Redis. */
  private static Duration hitsAfterAWrite(Api api, AtomicInteger written) {
    long start = System.nanoTime();
    String path = "/v1/users/bob/preferences";
    int number = written.incrementAndGet();
    api.put(path, "{\"preferences\":{\"n\":" + number + "}}").expect(200, 201);
    Awaitility.await("a hit")
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              Answer read = api.get(path).expect(200);
              assertEquals(number, read.json().at("/preferences/n").asInt());
              return read.cacheStatus().equals("redis; hit");
            });
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String replicaOf(RedisServer primary) {
    return "replicaof 127.0.0.1 " + primary.port();
  }

  private static String info(RedisServer server) {
    return (String) server.command("INFO", "replication");
  }

  @Test
  void aNameThatSentinelDoesNotKnowIsNamed() {
    RedisSentinels sentinels = opened(RedisSentinels.launch());
    Map<String, String> environment =
        ServiceInstance.environment(postgres.jdbcUrl(), sentinels.urls());
    environment.put("QUARKUS_REDIS_CLIENT_TYPE", "sentinel");
    environment.put("QUARKUS_REDIS_MASTER_NAME", "chatt");
    ServiceInstance service = opened(ServiceInstance.launch("hosts-wrong-name", environment));
    Api api = service.awaitReady().api();
    String cause = "Sentinel knows no primary named chatt";
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> api.get("/q/health/well").body().contains(cause));
    assertEquals(503, api.get("/q/health/well").status());
    assertTrue(service.log().contains(cause), service::log);
  }
}
