package botbot.operations.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class MetersTest {

  private static final Pattern URI = Pattern.compile("http_server_requests.*[{,]uri=\"([^\"]*)\"");

  private final Api admin = Api.ofThisTest();

  @Test
  void whatRedisSaysOfItselfIsScraped() {
    Awaitility.await("the first report")
        .atMost(Duration.ofSeconds(20))
        .until(() -> value("botbot_redis_memory_used_bytes") > 0);
    assertTrue(value("botbot_redis_uptime_in_seconds") >= 0, this::scrape);
    assertTrue(value("botbot_redis_commands_processed_total") > 0, this::scrape);
    assertEquals(1, value("botbot_redis_instance_primary"));
    assertEquals(1, value("botbot_redis_breaker{state=\"closed\"} "));
    assertEquals(1, value("botbot_mode{mode=\"normal\"} "));
    assertEquals(0, value("botbot_redis_slow"));
    assertTrue(value("agroal_active_count") >= 0, this::scrape);
  }

  @Test
  void scrapingCostsRedisNothing() {
    double before = value("botbot_redis_command_seconds_count{command=\"info\"");
    for (int i = 0; i < 50; i++) {
      admin.get("/q/metrics").expect(200);
    }
    assertTrue(value("botbot_redis_command_seconds_count{command=\"info\"") <= before + 1);
  }

  @Test
  void requestsAreTimedByRouteMethodAndStatusWhicheverWayTheyTake() {
    String id = "timed-" + UUID.randomUUID();
    String found = "method=\"GET\",outcome=\"SUCCESS\",status=\"200\",uri=\"/v1/sessions/{id}\"";
    String missing =
        "method=\"GET\",outcome=\"CLIENT_ERROR\",status=\"404\",uri=\"/v1/sessions/{id}\"";
    String batch =
        "method=\"POST\",outcome=\"SUCCESS\",status=\"200\",uri=\"/v1/sessions/batch-get\"";
    double foundBefore = requests(found);
    double missingBefore = requests(missing);
    double batchBefore = requests(batch);
    admin.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    for (int i = 0; i < 3; i++) {
      admin.get("/v1/sessions/" + id).expect(200);
    }
    admin.get("/v1/sessions/%2F" + id).expect(404);
    admin.get("/v1/sessions/a;b" + id).expect(404);
    admin.post("/v1/sessions/batch-get", "{\"ids\":[\"" + id + "\"]}").expect(200);
    assertEquals(foundBefore + 3, requests(found));
    assertEquals(missingBefore + 2, requests(missing));
    assertEquals(batchBefore + 1, requests(batch));
    assertTrue(scrape().contains("http_server_requests_seconds_bucket{" + found), this::scrape);
  }

  private double requests(String labels) {
    double count = value("http_server_requests_seconds_count{" + labels);
    return Double.isNaN(count) ? 0 : count;
  }

  @Test
  void noIdOrMadeUpPathBecomesALabel() {
    String marker = "x" + UUID.randomUUID();
    String body = "{\"userId\":\"u\"}";
    List<String> paths =
        List.of("/v1/sessions/%s", "/v1/users/%s/preferences/%s", "/v1/%s", "/%s", "/v1/users/%s");
    for (String path : paths) {
      String one = path.replace("%s", marker);
      admin.get(one);
      admin.withKey("").get(one);
      admin.withKey("wrong").get(one);
      admin.sendJson("PATCH", one, "text/plain", body);
      admin.sendJson("PUT", one, "application/json", "{");
      admin.sendJson("PUT", one, "application/json", "\"" + "x".repeat(300_000) + "\"");
      admin.get(one + "%20");
      admin.sendJson("PROPFIND" + marker.substring(0, 4).toUpperCase(), one, "text/plain", "");
    }
    String scrape = scrape();
    Set<String> routes = new TreeSet<>();
    Matcher uri = URI.matcher(scrape);
    while (uri.find()) {
      routes.add(uri.group(1));
    }
    assertTrue(routes.contains("/v1/sessions/{id}"), routes::toString);
    assertTrue(scrape.lines().noneMatch(line -> line.contains(marker)), routes::toString);
    assertTrue(scrape.lines().noneMatch(line -> line.contains("PROPFIND")), "methods are few");
  }

  private String scrape() {
    return admin.get("/q/metrics").expect(200).body();
  }

  private double value(String start) {
    return scrape()
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElse(Double.NaN);
  }
}
