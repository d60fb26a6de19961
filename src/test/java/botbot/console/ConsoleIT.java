package botbot.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The console as it is packaged, and a service without it. */
class ConsoleIT {

  private static final PostgresServer POSTGRES = PostgresServer.launch();
  private static final RedisServer REDIS = RedisServer.launch();

  private static final String SESSION = "/v1/console/session";
  private static final String SIGN_IN = "{\"key\": \"" + Backends.ADMIN_KEY + "\"}";

  @AfterAll
  static void stop() {
    REDIS.close();
    POSTGRES.close();
  }

  @Test
  void everyFileOfTheConsoleIsPackaged() {
    try (ServiceInstance service = launch("console", Map.of())) {
      Api browser = service.api().withKey("");
      browser.get("/console").expect(308);
      for (String file :
          List.of(
              "",
              "main.js",
              "api.js",
              "console.css",
              "icon.svg",
              "runbook.md",
              "views/overview.js",
              "lit/lit.js",
              "lit/directives/repeat.js")) {
        Answer answer = browser.get("/console/" + file).expect(200);
        assertTrue(answer.body().length() > 100, file);
      }
      String cookie = signIn(browser).expect(200).header("Set-Cookie").split(";")[0];
      assertEquals(200, statusBy(browser, cookie));
    }
  }

  @Test
  void withoutTheConsoleNothingIsServedAndNoCookieTaken() {
    try (ServiceInstance service =
        launch("no-console", Map.of("BOTBOT_CONSOLE_ENABLED", "false"))) {
      Api browser = service.api().withKey("");
      for (String path : List.of("/console", "/console/", "/console/main.js", SESSION)) {
        Answer missing = browser.get(path).expect(404);
        assertEquals("application/problem+json", missing.header("Content-Type"), path);
      }
      signIn(browser).expect(404);
      browser.delete(SESSION).expect(404);
      assertEquals(401, statusBy(browser, "__Host-botbot=1764239606000.eA"));
    }
  }

  private static ServiceInstance launch(String name, Map<String, String> more) {
    Map<String, String> environment =
        new TreeMap<>(ServiceInstance.environment(POSTGRES.jdbcUrl(), REDIS.url()));
    environment.putAll(more);
    return ServiceInstance.launch(name, environment).awaitReady();
  }

  private static Answer signIn(Api browser) {
    return browser.post(SESSION, SIGN_IN, "Sec-Fetch-Site", "same-origin");
  }

  private static int statusBy(Api browser, String cookie) {
    return browser.get("/v1/status", "Cookie", cookie, "Sec-Fetch-Site", "same-origin").status();
  }
}
