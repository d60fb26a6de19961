package botbot.redis;

import static botbot.testing.Soon.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Authority.Issued;
import botbot.testing.PortProxy;
import botbot.testing.Ports;
import botbot.testing.PostgresServer;
import botbot.testing.RedisCluster;
import botbot.testing.RedisSentinels;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import botbot.testing.TlsFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The packaged service on a Redis that speaks TLS, configured as the operator's page has it: what
 * is wrong is told by name, and certificates and passwords are changed while it runs.
 */
class RedisTlsIT extends TlsFaults {

  private static final String PREFERENCES = "/v1/users/ada/preferences";
  private static final String[] HERE = {"dns:localhost", "ip:127.0.0.1"};
  private static final String OTHER_CA = "its certificate is of a CA that is not trusted";
  private static final String REFUSED = "it refuses the user or the password (WRONGPASS)";

  private static PostgresServer postgres;

  private RedisServer redis;
  private int tlsPort;

  RedisTlsIT() {
    super("redis", "rediss://l", HERE);
  }

  @BeforeAll
  static void startPostgres() {
    postgres = PostgresServer.launch();
  }

  @AfterAll
  static void stopPostgres() {
    postgres.close();
  }

  @BeforeEach
  void startRedis() {
    tlsPort = Ports.free();
    redis = open(RedisServer.launch(tls(tlsPort, certificate)));
    redis.command("ACL", "SETUSER", "botbot", "on", ">first", "~*", "+@all");
    redis.command("ACL", "SETUSER", "default", "-hello");
  }

  private static String[] tls(int port, Issued certificate) {
    return new String[] {
      "tls-port " + port,
      "tls-cert-file " + certificate.certificate(),
      "tls-key-file " + certificate.key(),
      "tls-ca-cert-file " + authority.certificate(),
      "tls-auth-clients no"
    };
  }

  private String[] clusterTls(int port) {
    List<String> lines = new ArrayList<>(List.of(tls(port, certificate)));
    // or the cluster tells its clients the ports that do not speak TLS
    lines.add("tls-cluster yes");
    return lines.toArray(String[]::new);
  }

  private Map<String, String> environment(String url) {
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), url);
    environment.put("QUARKUS_REDIS_TLS_CONFIGURATION_NAME", "redis");
    environment.put("QUARKUS_TLS_REDIS_TRUST_STORE_PEM_CERTS", trusted.toString());
    environment.put("QUARKUS_TLS_REDIS_RELOAD_PERIOD", "1s");
    environment.put("BOTBOT_REDIS_PASSWORD_FILE", password.toString());
    return environment;
  }

  @Override
  protected ServiceInstance service(String name, Map<String, String> environment) {
    return super.service(name, environment).awaitReady();
  }

  private static void awaitWell(Api api) {
    soon()
        .until(
            () -> {
              api.put(PREFERENCES, "{\"preferences\":{}}").expect(200, 201);
              assertEquals("redis; hit", api.get(PREFERENCES).cacheStatus());
              return api.get("/q/health/well").status() == 200;
            });
  }

  /** Alerts, of which there is a line each where no webhook is, quote the cause as well. */
  @Override
  protected List<String> told(ServiceInstance service, String words) {
    return service
        .log()
        .lines()
        .filter(line -> line.contains(words) && !line.contains("[FIRING]"))
        .filter(line -> !line.contains("[RESOLVED]"))
        .toList();
  }

  private void show(Issued other) {
    redis.command(
        "CONFIG",
        "SET",
        "tls-cert-file",
        other.certificate().toString(),
        "tls-key-file",
        other.key().toString());
    cut();
  }

  private void cut() {
    redis.command("CLIENT", "KILL", "TYPE", "normal");
  }

  @Test
  void eachFaultIsToldByNameAndGoesByItself() throws IOException {
    try (PortProxy way = PortProxy.to(tlsPort)) {
      ServiceInstance service =
          service("redis-tls", environment("rediss://botbot@localhost:" + way.port()));
      Api api = service.api();
      awaitWell(api);

      show(stranger.issue(HERE));
      named(service, OTHER_CA);
      show(authority.issue("dns:elsewhere"));
      named(service, "its certificate is for another host name");
      show(authority.issueExpired(HERE));
      named(service, "its certificate has expired");
      show(certificate);
      awaitWell(api);

      way.pointTo(redis.port());
      named(service, "it does not speak TLS");
      way.pointTo(tlsPort);
      awaitWell(api);

      redis.command("CONFIG", "SET", "tls-auth-clients", "yes");
      cut();
      named(service, "it wants a certificate of this service, or another one");
      redis.command("CONFIG", "SET", "tls-auth-clients", "no");
      awaitWell(api);

      redis.command("ACL", "SETUSER", "botbot", "resetpass", ">second");
      assertEquals("redis; hit", api.get(PREFERENCES).cacheStatus(), "what is connected goes on");
      cut();
      named(service, REFUSED);
      Files.writeString(password, "second\n");
      awaitWell(api);
      assertEquals(List.of(), service.errors());
    }
  }

  @Test
  void certificatesAndPasswordsAreChangedWithoutARestart() throws IOException {
    Issued ours = authority.issue("dns:botbot");
    redis.command("CONFIG", "SET", "tls-auth-clients", "yes");
    Map<String, String> environment = environment("rediss://botbot@localhost:" + tlsPort);
    environment.put("QUARKUS_TLS_REDIS_KEY_STORE_PEM_SERVICE_CERT", ours.certificate().toString());
    environment.put("QUARKUS_TLS_REDIS_KEY_STORE_PEM_SERVICE_KEY", ours.key().toString());
    ServiceInstance service = service("redis-rotation", environment);
    Api api = service.api();
    awaitWell(api);

    // the server renews its certificate and shows it to new connections
    certificate.replaceBy(authority.issue(HERE));
    show(certificate);
    awaitWell(api);
    assertEquals(List.of(), told(service, OTHER_CA));

    // another authority: first it is trusted too, then it signs, then the old one goes
    show(stranger.issue(HERE));
    named(service, OTHER_CA);
    Files.writeString(
        trusted,
        Files.readString(authority.certificate()) + Files.readString(stranger.certificate()));
    awaitWell(api);

    // a new password beside the old one, then alone; what has a special meaning in a URL is none
    String next = "n{x}t %/@:+?#$";
    redis.command("ACL", "SETUSER", "botbot", ">" + next);
    Files.writeString(password, next);
    cut();
    awaitWell(api);
    redis.command("ACL", "SETUSER", "botbot", "<first");
    cut();
    awaitWell(api);
    assertEquals(List.of(), told(service, REFUSED));
    assertEquals(List.of(), service.errors());
  }

  @Test
  void plainTextWhereTlsIsSpokenIsToldAsThat() {
    ServiceInstance service =
        service("redis-plain", environment("redis://botbot@localhost:" + tlsPort));
    named(service, "it speaks TLS, and its URL does not begin with rediss://");
  }

  @Test
  void aClusterIsReachedByTlsAndItsFaultsTellNoSecret() throws IOException {
    try (RedisCluster cluster = RedisCluster.launch(2, this::clusterTls)) {
      for (RedisServer primary : cluster.primaries()) {
        primary.command("ACL", "SETUSER", "botbot", "on", ">first", "~*", "+@all");
      }
      Map<String, String> environment =
          environment(cluster.tlsUrls().replace("rediss://", "rediss://botbot@"));
      environment.put("QUARKUS_REDIS_CLIENT_TYPE", "cluster");
      ServiceInstance service = service("redis-tls-cluster", environment);
      Api api = service.api();
      awaitWell(api);

      // one of two, which is named by its slots
      RedisServer second = cluster.primaries().getLast();
      second.command("ACL", "SETUSER", "botbot", "resetpass", ">second");
      second.command("CLIENT", "KILL", "TYPE", "normal");
      named(service, "the hash slots 8192-16383 are away: " + REFUSED);
      second.command("ACL", "SETUSER", "botbot", ">first");
      awaitWell(api);
      assertEquals(List.of(), service.errors());
    }
  }

  @Test
  void aPrimaryIsFoundAndReplacedThroughSentinelsThatSpeakTls() {
    try (RedisSentinels sentinels = RedisSentinels.launch(port -> tls(port, certificate))) {
      Map<String, String> environment = environment(sentinels.urls());
      environment.remove("BOTBOT_REDIS_PASSWORD_FILE");
      environment.put("QUARKUS_REDIS_CLIENT_TYPE", "sentinel");
      environment.put("QUARKUS_REDIS_MASTER_NAME", RedisSentinels.NAME);
      ServiceInstance service = service("redis-tls-sentinel", environment);
      Api api = service.api();
      awaitWell(api);
      RedisServer before = sentinels.primary();
      before.kill();
      sentinels.awaitPromotion(before);
      awaitWell(api);
      assertEquals(List.of(), service.errors());
    }
  }

  @Test
  void aTlsConfigurationThatIsNowhereIsToldAtTheStart() {
    Map<String, String> environment = environment("rediss://localhost:" + tlsPort);
    environment.put("QUARKUS_REDIS_TLS_CONFIGURATION_NAME", "other");
    try (ServiceInstance service = ServiceInstance.launch("redis-no-tls", environment)) {
      soon().until(() -> !service.isRunning());
      assertTrue(
          service.log().contains("QUARKUS_REDIS_TLS_CONFIGURATION_NAME is \"other\""),
          service::log);
    }
  }
}
