package botbot.http;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Programs in browsers, let in by the standard settings, read every answer: refusals too. */
class BrowsersIT {

  private static final String ORIGIN = "https://chat.example";
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private static ServiceInstance instance;
  private static Api api;

  @BeforeAll
  static void start() {
    Map<String, String> environment = ServiceInstance.environmentWithoutBackends();
    environment.put("QUARKUS_HTTP_CORS_ENABLED", "true");
    environment.put("QUARKUS_HTTP_CORS_ORIGINS", ORIGIN);
    instance = ServiceInstance.launch("browsers", environment).awaitLive();
    api = instance.api().withKey("");
  }

  @AfterAll
  static void stop() {
    instance.close();
  }

  @Test
  void everyCallMayBeMadeAndItsAnswerRead() {
    JsonNode paths = api.get("/q/openapi?format=json").expect(200).json().path("paths");
    List<Executable> calls = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      String target = path.getKey().replaceAll("\\{[^}]*}", "x");
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())) {
          String method = operation.getKey().toUpperCase(Locale.ROOT);
          calls.add(() -> mayBeMade(method, target));
          calls.add(() -> mayBeRead(method, target, "{}"));
        }
      }
    }
    assertTrue(calls.size() > 60, calls.size() + " checks");
    assertAll(calls);
  }

  @Test
  void whatIsRefusedBeforeAnyResourceMayBeReadToo() {
    mayBeRead("GET", "/v1/sessions//", "");
    mayBeRead("GET", "/v1/nothing", "");
    mayBeRead("GET", "/v1/sessions/..%2f", "");
    mayBeRead("GET", "/v1/sessions/%ff", "");
    mayBeRead("GET", "/v1/sessions?usrId=x", "");
    mayBeRead("PUT", "/v1/sessions/a;b", "x".repeat(300_000));
    mayBeRead("OPTIONS", "/v1/sessions", "");
    mayBeRead("POST", "/v1/rate-checks", "{");
  }

  private static void mayBeMade(String method, String target) {
    Answer preflight =
        api.send(
            "OPTIONS",
            target,
            Api.NO_BODY,
            "Origin",
            ORIGIN,
            "Access-Control-Request-Method",
            method,
            "Access-Control-Request-Headers",
            "authorization,content-type,if-match,last-event-id");
    String call = method + " " + target;
    assertEquals(200, preflight.status(), call);
    assertEquals(ORIGIN, preflight.header("Access-Control-Allow-Origin"), call);
    assertTrue(preflight.header("Access-Control-Allow-Methods").contains(method), call);
    assertEquals(
        "authorization,content-type,if-match,last-event-id",
        preflight.header("Access-Control-Allow-Headers"),
        call);
  }

  private static void mayBeRead(String method, String target, String body) {
    Answer answer =
        api.sendJson(method, target, "application/json", body, "Origin", ORIGIN, "Accept", "*/*");
    String call = method + " " + target + " " + answer.status();
    assertEquals(ORIGIN, answer.header("Access-Control-Allow-Origin"), call);
    String exposed = answer.header("Access-Control-Expose-Headers");
    for (String name :
        List.of(
            "ETag",
            "Location",
            "Cache-Status",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "X-Request-Id")) {
      assertTrue(List.of(exposed.split(",")).contains(name), call + " exposes " + exposed);
    }
  }
}
