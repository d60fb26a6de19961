package botbot.database;

import static botbot.testing.Soon.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Authority.Issued;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import botbot.testing.TlsFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The packaged service on a PostgreSQL that speaks TLS, configured as the operator's page has it:
 * what is wrong is told by name, and certificates and passwords are changed while it runs.
 */
class PostgresTlsIT extends TlsFaults {

  private static final String PREFERENCES = "/v1/users/ada/preferences";
  private static final String[] HERE = {"dns:localhost"};
  private static final String OTHER_CA =
      "PostgreSQL: its certificate is of a CA that is not trusted";
  private static final String WRONG_PASSWORD =
      "PostgreSQL refuses: password authentication failed (28P01)";

  private static RedisServer redis;

  private PostgresServer postgres;

  PostgresTlsIT() {
    super("postgres", "localhost", HERE);
  }

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.launch();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void startPostgres() {
    postgres =
        open(
            PostgresServer.launch(
                "ssl=on",
                "ssl_cert_file='" + certificate.certificate() + "'",
                "ssl_key_file='" + certificate.key() + "'"));
    postgres.query("create role botbot login password 'first'");
    postgres.query("create schema botbot authorization botbot");
    String rules = postgres.query("show hba_file").orElseThrow();
    postgres.query(
        "copy (values ('host all postgres 127.0.0.1/32 trust'),"
            + " ('hostssl all botbot 127.0.0.1/32 scram-sha-256')) to '"
            + rules
            + "'");
    postgres.query("select pg_reload_conf()");
  }

  private Map<String, String> environment(String security) {
    String url =
        "jdbc:postgresql://localhost:" + postgres.port() + "/postgres?currentSchema=botbot&";
    Map<String, String> environment = ServiceInstance.environment(url + security, redis.url());
    environment.put("QUARKUS_DATASOURCE_USERNAME", "botbot");
    environment.remove("QUARKUS_DATASOURCE_PASSWORD");
    environment.put("BOTBOT_POSTGRES_PASSWORD_FILE", password.toString());
    return environment;
  }

  private String verified() {
    return "sslmode=verify-full&sslrootcert=" + trusted;
  }

  @Override
  protected ServiceInstance service(String name, Map<String, String> environment) {
    return super.service(name, environment).awaitLive();
  }

  private static void awaitWell(Api api) {
    soon()
        .until(
            () -> {
              api.put(PREFERENCES, "{\"preferences\":{}}").expect(200, 201);
              return api.get("/q/health/well").status() == 200;
            });
  }

  @Override
  protected List<String> told(ServiceInstance service, String words) {
    return service.log().lines().filter(line -> line.contains(words + ":")).toList();
  }

  private void show(Issued other) {
    certificate.replaceBy(other);
    postgres.query("select pg_reload_conf()");
    cut();
  }

  private void cut() {
    postgres.query(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'botbot'");
  }

  @Test
  void eachFaultIsToldByNameAndGoesByItself() throws IOException {
    ServiceInstance service = service("postgres-tls", environment(verified()));
    Api api = service.api();
    awaitWell(api);
    assertEquals(
        Optional.of("t"),
        postgres.query(
            "select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid)"
                + " where usename = 'botbot'"));

    show(stranger.issue(HERE));
    named(service, OTHER_CA);
    show(authority.issue("dns:elsewhere"));
    named(service, "PostgreSQL: its certificate is for another host name");
    show(authority.issueExpired(HERE));
    named(service, "PostgreSQL: its certificate has expired");
    show(authority.issue(HERE));
    awaitWell(api);

    Files.delete(trusted);
    cut();
    named(
        service, "PostgreSQL: the certificates of its CA cannot be read from the file that is set");
    Files.copy(authority.certificate(), trusted);
    awaitWell(api);

    postgres.query("alter system set ssl = off");
    postgres.query("select pg_reload_conf()");
    cut();
    named(service, "PostgreSQL: it does not speak TLS");
    postgres.query("alter system set ssl = on");
    postgres.query("select pg_reload_conf()");
    awaitWell(api);

    postgres.query("alter role botbot password 'second'");
    api.put(PREFERENCES, "{\"preferences\":{}}").expect(200);
    cut();
    named(service, WRONG_PASSWORD);
    Files.writeString(password, "second\n");
    awaitWell(api);
    assertEquals(List.of(), service.errors());
  }

  @Test
  void certificatesAndPasswordsAreChangedWithoutARestart() throws IOException {
    ServiceInstance service = service("postgres-rotation", environment(verified()));
    Api api = service.api();
    awaitWell(api);

    // another authority: first it is trusted too, then it signs, then the old one goes
    Files.writeString(
        trusted,
        Files.readString(authority.certificate()) + Files.readString(stranger.certificate()));
    show(stranger.issue(HERE));
    awaitWell(api);
    Files.copy(stranger.certificate(), trusted, StandardCopyOption.REPLACE_EXISTING);
    cut();
    awaitWell(api);
    assertEquals(List.of(), told(service, OTHER_CA));

    String next = "n{x}t %/@:+?#$";
    postgres.query("alter role botbot password '" + next + "'");
    Files.writeString(password, next);
    cut();
    awaitWell(api);
    assertEquals(List.of(), told(service, WRONG_PASSWORD));
    assertEquals(List.of(), service.errors());
  }

  @Test
  void aPasswordThatIsWrongAtTheStartIsToldAndTheServiceBeginsOnceItIsRight() throws IOException {
    Files.writeString(password, "second");
    ServiceInstance service = service("postgres-password", environment(verified()));
    named(service, WRONG_PASSWORD);
    Files.writeString(password, "");
    Files.writeString(password, "first");
    awaitWell(service.api());
  }

  @Test
  void thatNewConnectionsAreRefusedWhileOldOnesWorkIsTold() {
    Map<String, String> environment = environment(verified());
    ServiceInstance service = service("postgres-full", environment);
    Api api = service.api();
    awaitWell(api);
    postgres.query("alter role botbot connection limit 1");
    // more writes at once than connections are open
    try (Load load = Load.start(40, Duration.ofMinutes(2), number -> write(api, number))) {
      named(service, "PostgreSQL refuses: too many connections (53300)");
      assertEquals(200, api.get("/q/health/ready").status());
      postgres.query("alter role botbot connection limit -1");
      awaitWell(api);
      load.close();
      List<Sample> refused =
          load.samples().stream()
              .filter(sample -> !Set.of(200, 201).contains(sample.status()))
              .toList();
      assertFalse(refused.isEmpty());
      String detail = "The database refuses new connections at the moment.";
      assertTrue(
          refused.stream()
              .allMatch(sample -> sample.status() == 503 && sample.what().contains(detail)),
          refused::toString);
    }
    assertEquals(List.of(), service.errors());
  }

  /** On a condition, so that it has a connection of its own. */
  private static Answer write(Api api, int number) {
    String path = "/v1/users/caller-" + number + "/preferences";
    return api.put(path, "{\"preferences\":{}}", "If-None-Match", "*");
  }

  @Test
  void plainTextWhereTlsIsRequiredIsToldAsThat() {
    ServiceInstance service = service("postgres-plain", environment("sslmode=disable"));
    named(service, "PostgreSQL refuses: no pg_hba.conf entry, no encryption (28000)");
  }
}
