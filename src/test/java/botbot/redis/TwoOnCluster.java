package botbot.redis;

import static botbot.testing.Soon.soon;

import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisCluster;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Two instances on a Redis Cluster of three primaries, and a policy that denies nothing. */
final class TwoOnCluster implements AutoCloseable {

  private static final List<String> OTHERS =
      List.of(
          "NORMAL: Redis is in use",
          "PostgreSQL",
          "RECOVERING: waiting for the writes",
          "RECOVERING: what Redis holds is being confirmed");

  /** So many keys are used. */
  static final int KEYS = 32;

  final PostgresServer postgres;
  final RedisCluster cluster;
  final ServiceInstance a;
  final ServiceInstance b;

  private TwoOnCluster(Duration patience, Map<String, String> further) {
    postgres = PostgresServer.launch();
    cluster =
        RedisCluster.launch(
            3,
            port ->
                new String[] {
                  "cluster-require-full-coverage no", "cluster-node-timeout " + patience.toMillis()
                });
    a = instance("cluster-a", further);
    b = instance("cluster-b", further);
    a.api()
        .put(
            "/v1/rate-policies/parts",
            "{\"tier\":\"*\",\"endpoint\":\"parts\",\"limit\":100000,\"windowMs\":600000}")
        .expect(201);
  }

  /**
   * Starts them.
   *
   * @param patience after which the nodes take one that says nothing for dead
   * @param further variables of the environment
   */
  static TwoOnCluster launch(Duration patience, Map<String, String> further) {
    return new TwoOnCluster(patience, further);
  }

  private ServiceInstance instance(String name, Map<String, String> further) {
    Map<String, String> environment =
        ServiceInstance.environment(postgres.jdbcUrl(), cluster.urls());
    environment.put("QUARKUS_REDIS_CLIENT_TYPE", "cluster");
    // a machine that is busy with other tests is no fault of Redis
    environment.put("BOTBOT_REDIS_DEADLINE", "1s");
    environment.putAll(further);
    return ServiceInstance.launch(name, environment).awaitReady();
  }

  /** A user, a session and a subject. */
  static String id(int key) {
    return "key-" + key;
  }

  /** A check by the policy. */
  static JsonNode check(Api api, int key) {
    String check = "{\"subject\":\"" + id(key) + "\",\"endpoint\":\"parts\"}";
    return api.post("/v1/rate-checks", check).expect(200).json();
  }

  /** Waits until a key's checks go by Redis. */
  static void awaitChecks(ServiceInstance service, int key) {
    soon().until(() -> check(service.api(), key).get("source").asText(), "redis"::equals);
  }

  static JsonNode status(ServiceInstance service) {
    return service.api().get("/v1/status").expect(200).json();
  }

  static void awaitNormal(ServiceInstance service) {
    soon().until(() -> status(service).get("mode").asText(), "normal"::equals);
  }

  /** The mode changes that Redis was to blame for, and neither PostgreSQL nor a slow machine. */
  List<String> modeChanges() {
    return Stream.of(a, b)
        .flatMap(service -> service.log().lines())
        .filter(line -> line.contains("Mode: "))
        .map(line -> line.replaceFirst(".*\"message\":\"", "").replaceFirst("\",\".*", ""))
        .filter(line -> OTHERS.stream().noneMatch(line::contains))
        .toList();
  }

  @Override
  public void close() {
    a.close();
    b.close();
    cluster.close();
    postgres.close();
  }
}
