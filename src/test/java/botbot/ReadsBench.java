package botbot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Throughput of reads against a constant answer of this service, at 32 connections, in interleaved
 * rounds: {@code ./mvnw test -Dtest=ReadsBench} on an idle machine with wrk. No part of the suite,
 * as its name says: ratios of a busy machine say nothing.
 */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ReadsBench {

  private static final String CONSTANT = "/constant";
  private static final String NEAR = "/v1/settings/bench";
  private static final String CACHED = "/v1/sessions/bench";
  private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");
  private static final int ROUNDS = 5;

  private final Api api = Api.ofThisTest();

  @Test
  void readsReachTheirShareOfAConstantAnswer() throws Exception {
    String kibibyte = "\"" + "x".repeat(800) + "\"";
    api.put(NEAR, "{\"value\":" + kibibyte + "}").expect(200, 201);
    api.put(
            CACHED,
            "{\"userId\":\"u\",\"ttlSeconds\":2592000,\"data\":{\"text\":" + kibibyte + "}}")
        .expect(200, 201);
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    for (String path : List.of(CONSTANT, NEAR, CACHED)) {
      api.get(path).expect(200);
      perSecond(path, 20);
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (String path : List.of(CONSTANT, NEAR, CACHED)) {
        rates.computeIfAbsent(path, any -> new ArrayList<>()).add(perSecond(path, 4));
      }
    }
    assertEquals("redis; hit", api.get(CACHED).cacheStatus());
    double constant = median(rates.get(CONSTANT));
    rates.forEach(
        (path, all) ->
            System.out.printf(
                "%-22s %8.0f/s  %.2f of the constant  %s%n",
                path, median(all), median(all) / constant, all));
    assertTrue(median(rates.get(NEAR)) >= 0.85 * constant, "a near hit");
    assertTrue(median(rates.get(CACHED)) >= 0.6 * constant, "a hit in Redis");
  }

  private static double median(List<Double> rates) {
    return rates.stream().sorted().toList().get(rates.size() / 2);
  }

  private double perSecond(String path, int seconds) throws Exception {
    String key = "Authorization: Bearer " + Backends.ADMIN_KEY;
    Process wrk =
        new ProcessBuilder(
                "wrk", "-t1", "-c32", "-d" + seconds, "-H", key, api.uri(path).toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, wrk.waitFor(), output);
    Matcher rate = RATE.matcher(output);
    assertTrue(rate.find() && !output.contains("Non-2xx"), output);
    return Double.parseDouble(rate.group(1));
  }
}
