package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botbot.cache.TwoInstances;
import botbot.testing.Answer;
import botbot.testing.Api;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What alerts and panels ask for is there, and a real Prometheus can scrape it. */
class ScrapeIT {

  private static final Path DEPLOY = Path.of("deploy").toAbsolutePath();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:botbot|http|agroal|jvm|process|redis)_[a-z0-9_]+(?=[\\[{ )]|$)");

  private final TwoInstances two = TwoInstances.healthy();

  @Test
  void everyMetricOfAnAlertOrPanelIsScrapedAfterTrafficAndInAFault() throws IOException {
    Set<String> named = new TreeSet<>();
    for (String query : queries()) {
      Matcher metric = METRIC.matcher(query);
      boolean any = false;
      while (metric.find()) {
        any = true;
        named.add(metric.group());
      }
      assertTrue(any || query.startsWith("up{") || query.contains("(up{"), query);
    }
    assertTrue(named.size() > 30, named::toString);
    traffic();
    assertScraped(named);
    two.redis.kill();
    try {
      Awaitility.await("degraded")
          .atMost(Duration.ofSeconds(10))
          .until(() -> two.a.api().get("/q/health/well").status() == 503);
      traffic();
      assertScraped(named);
    } finally {
      two.redis.start();
    }
    two.awaitHits();
    assertScraped(named);
  }

  @Test
  void aRealPrometheusScrapesItWithTheShippedConfigurationAndAKeyForThat() throws Exception {
    assumeTrue(installed(), "prometheus is not installed here");
    Path home = Files.createDirectories(Path.of("target/prometheus-" + UUID.randomUUID()));
    int port = freePort();
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
      traffic();
      for (String query : queries()) {
        assertEquals("success", ask(api, query).json().get("status").asText(), query);
      }
      Awaitility.await("the mode of both")
          .atMost(Duration.ofSeconds(20))
          .until(() -> value(ask(api, "sum(botbot_mode{mode=\"normal\"})")).equals("2"));
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

  private void traffic() {
    for (Api api : two.apis()) {
      api.put(
              "/v1/rate-policies/scrape",
              "{\"tier\":\"scrape\",\"endpoint\":\"*\",\"limit\":5," + "\"windowMs\":60000}")
          .expect(200, 201);
      for (int i = 0; i < 10; i++) {
        String path = "/v1/sessions/scrape" + i;
        api.put(path, "{\"userId\":\"scrape\",\"data\":{}}").expect(200, 201);
        api.get(path).expect(200);
        // unknown to every cache: each instance loads and fills
        api.get("/v1/users/" + UUID.randomUUID() + "/preferences").expect(404);
        api.post("/v1/rate-checks", "{\"subject\":\"scrape\",\"tier\":\"scrape\"}");
      }
    }
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
    JsonNode dashboard =
        new ObjectMapper().readTree(DEPLOY.resolve("grafana/dashboard.json").toFile());
    return Stream.concat(
            alerts().stream(), dashboard.get("panels").findValuesAsText("expr").stream())
        .toList();
  }

  private static List<String> alerts() throws IOException {
    List<String> alerts =
        YAML.readTree(DEPLOY.resolve("prometheus/alerts.yaml").toFile()).findValuesAsText("expr");
    assertFalse(alerts.isEmpty());
    return alerts;
  }

  private static Answer ask(Api prometheus, String query) {
    return prometheus.get(
        "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
  }

  private static String value(Answer answer) {
    return answer.expect(200).json().at("/data/result/0/value/1").asText();
  }

  private static boolean installed() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "prometheus")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
