package botbot.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the console, as a browser gets them. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ConsolePagesTest {

  /** Without a key: the pages hold no data. */
  private final Api browser = Api.ofThisTest().withKey("");

  @Test
  void theConsoleIsAtItsFolder() {
    Answer moved = browser.get("/console");
    assertEquals(308, moved.status());
    assertEquals("/console/", moved.header("Location"));
    assertTrue(browser.get("/console/").expect(200).body().contains("<botbot-console>"));
  }

  @ParameterizedTest
  @CsvSource({
    "index.html, text/html;charset=UTF-8",
    "main.js, text/javascript;charset=UTF-8",
    "lit/lit.js, text/javascript;charset=UTF-8",
    "views/overview.js, text/javascript;charset=UTF-8",
    "console.css, text/css;charset=UTF-8",
    "icon.svg, image/svg+xml",
    "runbook.md, text/markdown;charset=UTF-8",
  })
  void aFileSaysWhatItIsAndWhatABrowserMayDoWithIt(String file, String type) {
    Answer answer = browser.get("/console/" + file).expect(200);
    assertEquals(type, answer.header("Content-Type"));
    assertEquals("nosniff", answer.header("X-Content-Type-Options"));
    assertEquals("no-referrer", answer.header("Referrer-Policy"));
    assertEquals("no-cache, no-transform", answer.header("Cache-Control"));
    String policy = answer.header("Content-Security-Policy");
    assertTrue(policy.startsWith("default-src 'self'; frame-ancestors 'none';"), policy);
    assertFalse(policy.contains("unsafe"), policy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br, gzip;q=0.5", ""})
  void aKnownFileIsNotSentAgain(String coding) {
    String[] accept = coding.isEmpty() ? new String[0] : new String[] {"Accept-Encoding", coding};
    Answer first = browser.get("/console/main.js", accept).expect(200);
    assertEquals(!coding.isEmpty(), first.headers().firstValue("Content-Encoding").isPresent());
    String tag = first.etag().orElseThrow();
    for (String known : new String[] {tag, "W/" + tag, "\"other\", " + tag, "*"}) {
      String[] headers =
          coding.isEmpty()
              ? new String[] {"If-None-Match", known}
              : new String[] {"If-None-Match", known, "Accept-Encoding", coding};
      Answer again = browser.get("/console/main.js", headers).expect(304);
      assertEquals("", again.body());
      assertEquals(tag, again.etag().orElseThrow());
    }
    browser.get("/console/main.js", "If-None-Match", "\"other\"").expect(200);
  }

  @Test
  void eachCodingHasATagOfItsOwn() {
    Answer plain = browser.get("/console/main.js", "Accept-Encoding", "gzip;q=0").expect(200);
    Answer compressed = browser.get("/console/main.js", "Accept-Encoding", "gzip").expect(200);
    assertTrue(plain.headers().firstValue("Content-Encoding").isEmpty());
    assertNotEquals(plain.etag(), compressed.etag());
    assertEquals("Accept-Encoding", plain.header("Vary"));
  }

  @Test
  void headAnswersLikeGetWithoutTheFile() {
    Answer head = browser.send("HEAD", "/console/main.js", Api.NO_BODY).expect(200);
    assertEquals("", head.body());
    assertEquals(browser.get("/console/main.js").etag(), head.etag());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/none.js",
        "/console/views",
        "/console/views/",
        "/console/application.properties",
        "/console/lit/LICENSE",
        "/console/main.js%00",
        "/console/%5C..%5Capplication.properties",
        "/consoles/main.js",
      })
  void whatIsNoFileOfItIsNotThere(String path) {
    assertEquals("application/problem+json", browser.get(path).expect(404).header("Content-Type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/console/../application.properties", "/console/%2e%2e/main.js"})
  void noPathLeadsOutOfIt(String path) {
    browser.get(path).expect(400);
  }

  @Test
  void theFilesAreOnlyRead() {
    Answer answer = browser.send("POST", "/console/main.js", BodyPublishers.ofString("x"));
    assertTrue(answer.status() == 404 || answer.status() == 405, answer::toString);
  }

  @Test
  void thePageHoldsNothingInline() {
    String page = browser.get("/console/").expect(200).body();
    Pattern inline = Pattern.compile("<script(?![^>]* src=)|<style| style=| on[a-z]+=|javascript:");
    assertFalse(inline.matcher(page).find(), page);
  }
}
