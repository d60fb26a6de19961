package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botbot.cache.TwoInstances;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Ports;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What alerts and panels ask for is there, and a real Prometheus can scrape it. */
class ScrapeIT {

  private static final Path DEPLOY = Path.of("deploy").toAbsolutePath();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:botbot|http|agroal|jvm|process|redis)_[a-z0-9_]+(?=[\\[{ )]|$)");

  private final TwoInstances two = TwoInstances.healthy();

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POSTGRES_KILLED")
  void everyMetricOfAnAlertOrPanelIsScrapedDuringAFaultOfRedisAndAfterIt(Fault fault)
      throws IOException {
    Set<String> named = new TreeSet<>();
    for (String query : queries()) {
      Matcher metric = METRIC.matcher(query);
      boolean any = false;
      while (metric.find()) {
        any = true;
        named.add(metric.group());
      }
      assertTrue(any || query.contains("up{"), query);
    }
    assertTrue(named.size() > 30, named::toString);
    traffic();
    assertScraped(named);
    Runnable mend = fault.begin(two);
    try {
      for (Api api : two.apis()) {
        Awaitility.await("notice")
            .atMost(Duration.ofSeconds(10))
            .until(() -> api.get("/q/health/well").status() == 503);
      }
      traffic();
      assertScraped(named);
    } finally {
      mend.run();
    }
    two.awaitHits();
    assertScraped(named);
  }

  @Test
  void aRealPrometheusScrapesItWithTheShippedConfigurationAndAKeyForThat() throws Exception {
    boolean installed = installed();
    assertTrue(installed || System.getenv("CI") == null, "CI installs prometheus");
    assumeTrue(installed, "prometheus is not installed here");
    Path home = Files.createDirectories(Path.of("target/prometheus-" + UUID.randomUUID()));
    int port = Ports.free();
    Process prometheus =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + configuration(home),
                "--storage.tsdb.path=" + home.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    try {
      Api api = Api.at("http://127.0.0.1:" + port, "");
      Awaitility.await("both instances scraped; see " + home)
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> value(ask(api, "sum(up{job=\"botbot\"})")).equals("2"));
      Awaitility.await("the mode of both")
          .atMost(Duration.ofSeconds(20))
          .until(() -> value(ask(api, "sum(botbot_mode{mode=\"normal\"})")).equals("2"));
      for (String alert : alerts().values()) {
        assertEquals(0, series(ask(api, alert)), alert);
      }
      two.redis.kill();
      try {
        traffic();
        Awaitility.await("the alert for both")
            .atMost(Duration.ofSeconds(30))
            .until(() -> series(ask(api, alerts().get("BotbotDegraded"))) == 2);
      } finally {
        two.redis.start();
      }
      two.awaitHits();
      traffic();
      for (String panel : panels()) {
        Awaitility.await("data of " + panel)
            .atMost(Duration.ofSeconds(10))
            .until(() -> series(ask(api, panel)) > 0);
      }
      JsonNode rules = api.get("/api/v1/rules").expect(200).json().at("/data/groups/0/rules");
      assertEquals(alerts().size(), rules.size());
    } finally {
      prometheus.destroy();
      prometheus.waitFor();
    }
  }

  /** The shipped file, but with the addresses of this test and without an Alertmanager. */
  private Path configuration(Path home) throws IOException {
    String client =
        "{\"name\":\"prometheus-%s\",\"roles\":[\"metrics\"]}".formatted(UUID.randomUUID());
    String key = two.a.api().post("/v1/clients", client).expect(201).json().get("key").asText();
    Path keyFile = Files.writeString(home.resolve("metrics-key"), key);
    JsonNode shipped = YAML.readTree(DEPLOY.resolve("prometheus/prometheus.yaml").toFile());
    ObjectNode configuration = (ObjectNode) shipped;
    configuration.remove("alerting");
    ((ObjectNode) configuration.get("global")).put("scrape_interval", "1s");
    configuration.putArray("rule_files").add(DEPLOY.resolve("prometheus/alerts.yaml").toString());
    ObjectNode job = (ObjectNode) configuration.at("/scrape_configs/0");
    job.remove("dns_sd_configs");
    ((ObjectNode) job.get("authorization"))
        .put("credentials_file", keyFile.toAbsolutePath().toString());
    ArrayNode targets = job.putArray("static_configs").addObject().putArray("targets");
    two.apis().forEach(api -> targets.add(api.uri("").getAuthority()));
    Path file = home.resolve("prometheus.yaml");
    YAML.writeValue(file.toFile(), configuration);
    return file;
  }

  /** Something of everything; during an outage a check that must not be answered as well. */
  private void traffic() {
    for (Api api : two.apis()) {
      policy(api, "scrape", "local");
      policy(api, "scrape-denied", "deny");
      for (int i = 0; i < 10; i++) {
        String path = "/v1/sessions/scrape" + i;
        api.put(path, "{\"userId\":\"scrape\",\"data\":{}}").expect(200, 201);
        api.get(path).expect(200);
        // unknown to every cache: each instance loads and fills
        api.get("/v1/users/" + UUID.randomUUID() + "/preferences").expect(404);
        check(api, "scrape").expect(200, 429);
      }
      check(api, "scrape-denied").expect(200, 429, 503);
    }
  }

  private static void policy(Api api, String name, String onOutage) {
    String policy =
        "{\"tier\":\"%s\",\"endpoint\":\"*\",\"limit\":5,\"windowMs\":60000,\"onOutage\":\"%s\"}";
    api.put("/v1/rate-policies/" + name, policy.formatted(name, onOutage)).expect(200, 201);
  }

  private static Answer check(Api api, String tier) {
    String body = "{\"subject\":\"scrape\",\"tier\":\"%s\"}".formatted(tier);
    return api.post("/v1/rate-checks", body);
  }

  private void assertScraped(Set<String> named) {
    for (Api api : two.apis()) {
      Set<String> missing = new TreeSet<>(named);
      api.get("/q/metrics")
          .expect(200)
          .body()
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> missing.remove(line.split("[{ ]", 2)[0]));
      assertEquals(Set.of(), missing);
    }
  }

  private static List<String> queries() throws IOException {
    return Stream.concat(alerts().values().stream(), panels().stream()).toList();
  }

  private static List<String> panels() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(DEPLOY.resolve("grafana/dashboard.json").toFile());
    List<String> panels = dashboard.get("panels").findValuesAsText("expr");
    assertFalse(panels.isEmpty());
    return panels;
  }

  /** The expression of each alert, by its name. */
  private static Map<String, String> alerts() throws IOException {
    Map<String, String> alerts = new TreeMap<>();
    YAML.readTree(DEPLOY.resolve("prometheus/alerts.yaml").toFile())
        .at("/groups/0/rules")
        .forEach(rule -> alerts.put(rule.get("alert").asText(), rule.get("expr").asText()));
    assertFalse(alerts.isEmpty());
    return alerts;
  }

  private static Answer ask(Api prometheus, String query) {
    return prometheus.get(
        "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
  }

  /** How many series the query gives; it must be one that Prometheus understands. */
  private static int series(Answer answer) {
    return answer.expect(200).json().at("/data/result").size();
  }

  private static String value(Answer answer) {
    return answer.expect(200).json().at("/data/result/0/value/1").asText();
  }

  private static boolean installed() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "prometheus")));
  }
}
