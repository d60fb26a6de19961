package botbot.access.presented;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way in to the console: a cookie that stands for a key, in calls of its own pages. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ConsoleSessionTest {

  private static final String SESSION = "/v1/console/session";
  private static final String[] OWN_PAGE = {"Sec-Fetch-Site", "same-origin"};

  private final Api admin = Api.ofThisTest();
  private final Api browser = admin.withKey("");
  private final String own = admin.uri("").toString();
  private final String host = own.substring("http://".length());
  private final String name = "console-" + UUID.randomUUID();

  @Test
  void aKeySignsInAndTheCookieSaysWho() {
    Answer signedIn = signIn(newKey("frontend"));
    assertEquals(name, signedIn.json().path("name").asText());
    assertEquals("[\"frontend\"]", signedIn.json().path("roles").toString());
    assertEquals("default", signedIn.json().path("space").asText());
    assertFalse(signedIn.json().path("everywhere").asBoolean());
    assertEquals("no-store", signedIn.header("Cache-Control"));
    Answer read = browser.get(SESSION, by(cookie(signedIn))).expect(200);
    assertEquals(signedIn.body(), read.body());
    Duration left =
        Duration.between(Instant.now(), Instant.parse(read.json().path("expiresAt").asText()));
    assertTrue(left.compareTo(Duration.ofHours(7)) > 0 && left.compareTo(Duration.ofHours(8)) < 0);
  }

  @Test
  void theAdminKeyWorksEverywhere() {
    Answer signedIn = signIn(Backends.ADMIN_KEY);
    assertEquals("admin", signedIn.json().path("name").asText());
    assertEquals("[\"frontend\",\"admin\",\"metrics\"]", signedIn.json().path("roles").toString());
    assertTrue(signedIn.json().path("everywhere").asBoolean());
  }

  @Test
  void theCookieIsForThisHostAloneAndEndsWithTheBrowser() {
    String set = signIn(newKey("frontend")).header("Set-Cookie");
    assertTrue(set.startsWith("__Host-botbot="), set);
    List<String> attributes = List.of(set.split("; "));
    assertEquals(
        List.of("Path=/", "Secure", "HttpOnly", "SameSite=Strict"),
        attributes.subList(1, attributes.size()));
  }

  @Test
  void theCookieStandsForTheKeyInEveryCall() {
    String cookie = cookie(signIn(newKey("frontend")));
    String session = "/v1/sessions/" + name;
    Answer made = browser.put(session, "{\"userId\": \"u\"}", by(cookie)).expect(201);
    assertEquals("no-store, no-transform", made.header("Cache-Control"));
    // from the database, then from the cache on the short way
    for (int i = 0; i < 3; i++) {
      Answer read = browser.get(session, by(cookie)).expect(200);
      assertEquals("no-store, no-transform", read.header("Cache-Control"));
    }
    browser.get("/v1/rate-checks?subject=s", by(cookie)).expect(200);
    browser.get("/v1/status", by(cookie)).expect(403);
    browser.delete(session, by(cookie)).expect(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none", "Same-Origin", ""})
  void aCallForAPageOfAnotherOriginIsRefused(String site) {
    String cookie = cookie(signIn(Backends.ADMIN_KEY));
    String[] headers = {"Cookie", cookie, "Sec-Fetch-Site", site};
    for (String path : List.of("/v1/status", SESSION, "/v1/changes", "/q/metrics")) {
      Answer refused = browser.get(path, headers).expect(403);
      assertTrue(refused.json().path("detail").asText().contains("Sec-Fetch-Site"), path);
    }
    browser.put("/v1/settings/" + name, "{\"value\": 1}", headers).expect(403);
    admin.get("/v1/settings/" + name).expect(404);
  }

  @Test
  void aCallThatSaysNothingOfItsOriginIsRefused() {
    String cookie = cookie(signIn(Backends.ADMIN_KEY));
    browser.get("/v1/status", "Cookie", cookie).expect(403);
  }

  @Test
  void whereTheBrowserDoesNotTellTheSiteItsOriginDecides() {
    String cookie = cookie(signIn(Backends.ADMIN_KEY));
    // a proxy that ends TLS hides the scheme
    for (String origin : List.of(own, "https://" + host)) {
      browser.get("/v1/status", "Cookie", cookie, "Origin", origin).expect(200);
    }
    for (String origin :
        List.of("https://evil.example", "null", own + ".evil.example", "http://localhost:1")) {
      browser.get("/v1/status", "Cookie", cookie, "Origin", origin).expect(403);
    }
    // what a page cannot make up counts before what an old browser says
    browser
        .get("/v1/status", "Cookie", cookie, "Origin", own, "Sec-Fetch-Site", "cross-site")
        .expect(403);
  }

  @Test
  void aKeyCountsBeforeTheCookie() {
    String cookie = cookie(signIn(Backends.ADMIN_KEY));
    Api frontend = admin.withKey(newKey("frontend"));
    frontend.get("/v1/status", by(cookie)).expect(403);
    frontend.get("/v1/settings", "Cookie", cookie, "Sec-Fetch-Site", "cross-site").expect(200);
    admin.withKey("wrong").get("/v1/settings", by(cookie)).expect(401);
  }

  @Test
  void anotherSchemeOfAuthorizationLeavesTheCookieAlone() {
    String cookie = cookie(signIn(Backends.ADMIN_KEY));
    String[] headers = {
      "Cookie", cookie, "Sec-Fetch-Site", "same-origin", "Authorization", "Basic YTpi"
    };
    browser.get("/v1/status", headers).expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "1.", ".x", "1.%", "99999999999999999999.eA", "1.eA", "1764239606000.eA", ""})
  void aCookieThatIsNoneOfOursIs401(String value) {
    Answer refused = browser.get("/v1/status", by("__Host-botbot=" + value)).expect(401);
    assertEquals("application/problem+json", refused.header("Content-Type"));
    assertEquals("Bearer", refused.header("WWW-Authenticate"));
  }

  @Test
  void otherCookiesAreNoneOfItsBusiness() {
    browser.get("/v1/status", "Cookie", "botbot=x; other=y").expect(401);
    admin.get("/v1/status", "Cookie", "__Host-botbot=x").expect(200);
  }

  @Test
  void theSessionEndsAfterEightHours() {
    Instant then = Instant.now().minus(ConsoleCookie.LIFE);
    assertEquals(401, statusAt(then.minusSeconds(1)));
    assertEquals(200, statusAt(then.plusSeconds(60)));
  }

  private int statusAt(Instant issuedAt) {
    String set = new ConsoleCookie(Backends.ADMIN_KEY, issuedAt).kept();
    return browser.get("/v1/status", by(set.substring(0, set.indexOf(';')))).status();
  }

  @Test
  void theSessionEndsWithinASecondOfTheRevocationOfItsKey() {
    String cookie = cookie(signIn(newKey("frontend")));
    browser.get("/v1/settings", by(cookie)).expect(200);
    Backends.postgres().query("delete from client where name = '" + name + "'");
    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> browser.get("/v1/settings", by(cookie)).status() == 401);
    browser.get(SESSION, by(cookie)).expect(401);
  }

  @Test
  void theSessionEndsWhenItsKeyIsReplaced() {
    String cookie = cookie(signIn(newKey("frontend")));
    admin.post("/v1/clients/" + name + "/rotate", "{}").expect(200);
    browser.get("/v1/settings", by(cookie)).expect(401);
  }

  @Test
  void theStreamOfChangesEndsWithTheKeyOfTheCookie() {
    String cookie = cookie(signIn(newKey("frontend")));
    String[] headers = {
      "Cookie", cookie, "Sec-Fetch-Site", "same-origin", "Authorization", "Basic YTpi"
    };
    try (EventStream stream = EventStream.open(browser, "/v1/changes", headers)) {
      assertFalse(stream.ended());
      admin.delete("/v1/clients/" + name).expect(204);
      await().atMost(Duration.ofMillis(1500)).until(stream::ended);
    }
  }

  @Test
  void signingOutForgetsTheCookieWhateverItIs() {
    for (String cookie : List.of(cookie(signIn(newKey("frontend"))), "__Host-botbot=x", "a=b")) {
      Answer out = browser.delete(SESSION, by(cookie)).expect(204);
      assertEquals(
          "__Host-botbot=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0",
          out.header("Set-Cookie"));
    }
  }

  @Test
  void anOldCookieDoesNotHinderSigningInAnew() {
    signIn(Backends.ADMIN_KEY, by("__Host-botbot=x")).expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrong", "bb_AAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void anUnknownKeyIs401AndSetsNothing(String key) {
    Answer refused = signIn(key, OWN_PAGE).expect(401);
    assertEquals("", refused.header("Set-Cookie"));
    assertFalse(refused.body().contains(key), refused.body());
  }

  @Test
  void aKeyThatSeesNothingThereIs403() {
    Answer refused = signIn(newKey("metrics"), OWN_PAGE).expect(403);
    assertTrue(refused.json().path("detail").asText().contains("metrics"));
  }

  @Test
  void aBodyWithoutAKeyIs400() {
    for (String body : List.of("{}", "{\"key\": null}", "{\"key\": \"\"}", "{\"keys\": \"a\"}")) {
      Answer refused = browser.post(SESSION, body, OWN_PAGE).expect(400);
      assertTrue(refused.json().path("violations").has(0), body);
    }
    signIn("k".repeat(1025), OWN_PAGE).expect(400);
  }

  @Test
  void aPageOfAnotherOriginCanNeitherSignInNorOut() {
    String cookie = cookie(signIn(Backends.ADMIN_KEY));
    for (String[] origin :
        new String[][] {
          {"Sec-Fetch-Site", "cross-site"},
          {"Origin", "https://evil.example"},
          {"Origin", "null"},
          {"Sec-Fetch-Site", "cross-site", "Origin", own},
        }) {
      assertEquals("", signIn(Backends.ADMIN_KEY, origin).expect(403).header("Set-Cookie"));
      String[] headers = new String[origin.length + 2];
      System.arraycopy(origin, 0, headers, 0, origin.length);
      headers[origin.length] = "Cookie";
      headers[origin.length + 1] = cookie;
      assertEquals("", browser.delete(SESSION, headers).expect(403).header("Set-Cookie"));
    }
  }

  @Test
  void aFormOfAnotherPageIsNoJson() {
    // a browser asks beforehand whether another origin may send JSON, but sends these at once
    for (String type :
        List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
      String body = "{\"key\": \"" + Backends.ADMIN_KEY + "\"}";
      browser
          .send("POST", SESSION, BodyPublishers.ofString(body), "Content-Type", type)
          .expect(415);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://botbot.example, 403",
    "http://192.168.7.7:8080, 403",
    "http://localhost.example, 403",
    "https://botbot.example, 200",
    "http://localhost:8080, 200",
    "http://127.0.0.1:8080, 200",
    "http://[::1]:8080, 200",
    "http://botbot.localhost:8080, 200",
  })
  void overPlainHttpAKeyIsTakenFromThisMachineAlone(String origin, int status) {
    // the client writes Host itself: a browser that tells the site stands for the same host
    Answer answer =
        signIn(Backends.ADMIN_KEY, "Origin", origin, "Sec-Fetch-Site", "same-origin")
            .expect(status);
    assertEquals(status == 403, answer.body().contains("https"), answer.body());
  }

  private String newKey(String role) {
    String body = "{\"name\":\"%s\",\"roles\":[\"%s\"],\"space\":\"default\"}";
    return admin
        .post("/v1/clients", body.formatted(name, role))
        .expect(201)
        .json()
        .path("key")
        .asText();
  }

  private Answer signIn(String key) {
    return signIn(key, OWN_PAGE).expect(200);
  }

  private Answer signIn(String key, String... headers) {
    return browser.post(SESSION, "{\"key\": \"" + key + "\"}", headers);
  }

  private static String cookie(Answer signedIn) {
    String set = signedIn.header("Set-Cookie");
    return set.substring(0, set.indexOf(';'));
  }

  /** The headers of a call that a page of the console makes. */
  private static String[] by(String cookie) {
    return new String[] {"Cookie", cookie, "Sec-Fetch-Site", "same-origin"};
  }
}
