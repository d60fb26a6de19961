package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.node.TextNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ids that bot platforms really send, on every call that takes one. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
public class RealIdsTest {

  private final Api api = Api.ofThisTest();

  public static Stream<String> ids() {
    return Stream.of(
        "19:" + "a1b2c3d4".repeat(5) + "@thread.tacv2;messageid=1727712345678",
        "a:1" + "Ab-_".repeat(32), // a 1:1 chat of Teams: 131 characters
        "msteams/28:f5d0/conversations/19:" + "0f".repeat(105) + "@thread.v2;messageid=1",
        "whatsapp:+15551234567",
        "spaces/AAAA/threads/BBBB",
        "!" + "r".repeat(248) + ":s.org", // Matrix: 255 bytes
        "$15827405538098VGFWH:example.com",
        "cidJ1+/w==", // DingTalk
        "01234567890A=", // Viber
        "amzn1.ask.account." + "A".repeat(207), // Alexa: 225 characters
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "ada+bots@example.com",
        "2001:db8:1:ff00::/56",
        "漢字の会話",
        "👩‍👩‍👧‍👦",
        "e\u0301 is not \u00e9",
        "100%_of {them} } a?b#c&d=e \\ \"'<script>",
        "}{",
        "%7D",
        "%",
        "-100200300",
        "batch-get ",
        "\u0661\u0662",
        "漢".repeat(170) + "ab");
  }

  private static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Two policies, so that a subject has two counters that must be in one slot. */
  @BeforeEach
  void limit() {
    for (String name : List.of("real-ids-1", "real-ids-2")) {
      api.put(
              "/v1/rate-policies/" + name,
              "{\"tier\":\"real-ids\",\"endpoint\":\"*\",\"limit\":1,\"windowMs\":3600000}")
          .expect(200, 201);
    }
  }

  @ParameterizedTest
  @MethodSource("ids")
  void everyCallTakesIt(String given) {
    String id = given.strip();
    String quoted = new TextNode(id).toString();
    String session = "/v1/sessions/" + encoded(id);
    Answer made = api.put(session, "{\"userId\":" + quoted + "}").expect(201);
    assertEquals(id, made.json().path("id").asText());
    String location = made.header("Location");
    assertTrue(location.startsWith("/v1/sessions/"), location);
    assertEquals(id, api.get(location).expect(200).json().path("id").asText());
    assertEquals(id, api.get(session).expect(200).json().path("userId").asText());
    api.post(session + "/touch", "{}").expect(200);
    api.patch(session, "{}").expect(200);
    assertEquals(
        id,
        api.post("/v1/sessions/batch-get", "{\"ids\":[" + quoted + "]}")
            .expect(200)
            .json()
            .at("/items/0/id")
            .asText());
    String query = URLEncoder.encode(id, StandardCharsets.UTF_8);
    assertEquals(
        1, api.get("/v1/sessions?userId=" + query).expect(200).json().path("items").size());
    api.delete(session).expect(204);

    String preferences = "/v1/users/" + encoded(id) + "/preferences";
    api.put(preferences + "/" + encoded(id), "{\"value\":1}").expect(201);
    assertEquals(1, api.get(preferences).expect(200).json().path("preferences").size());
    assertEquals(
        id, api.get(preferences + "/" + encoded(id)).expect(200).json().path("key").asText());
    api.delete(preferences + "/" + encoded(id)).expect(204);
    api.delete(preferences).expect(204);

    String scratch = "/v1/scratch/ids/" + encoded(id);
    api.put(scratch, "7").expect(201);
    assertEquals("7", api.get(scratch).expect(200).body());
    assertTrue(
        api.get("/v1/scratch/ids")
            .expect(200)
            .json()
            .path("items")
            .findValuesAsText("key")
            .contains(id));
    assertEquals("7", api.post(scratch + "/take", "").expect(200).body());

    String check = "{\"subject\":" + quoted + ",\"endpoint\":" + quoted + ",\"tier\":\"real-ids\"}";
    api.post("/v1/rate-checks", check).expect(200);
    api.post("/v1/rate-checks", check).expect(429);
    api.post("/v1/rate-checks/batch", "{\"checks\":[" + check + "]}").expect(200);
    api.get("/v1/rate-checks?subject=" + query).expect(200);
    api.delete("/v1/rate-checks?subject=" + query).expect(204);
    api.post("/v1/rate-checks", check).expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".", "..", " a", "a ", "\u00a0a", "a\u0007", "a\u0085", "\uffff", "\ud83f\udffe"})
  void whatIsNoIdIsRefusedInABody(String id) {
    String quoted = new TextNode(id).toString();
    api.post("/v1/sessions", "{\"userId\":" + quoted + "}").expect(400);
    api.post("/v1/rate-checks", "{\"subject\":" + quoted + "}").expect(400);
  }

  @Test
  void anIdHasAtMost512Bytes() {
    api.put("/v1/sessions/" + "a".repeat(512), "{\"userId\":\"u\"}").expect(201);
    api.put("/v1/sessions/" + "a".repeat(513), "{\"userId\":\"u\"}").expect(400);
    api.put("/v1/sessions/" + encoded("漢".repeat(171)), "{\"userId\":\"u\"}").expect(400);
  }

  @Test
  void noPathMeansMoreThanItSays() {
    String preferences = "/v1/users/dots/preferences";
    api.put(preferences, "{\"preferences\":{\"a\":1}}").expect(201);
    for (String end : List.of("/.", "/%2e", "/%2E", "/a/..", "/a/%2e%2e", "/./", "/..")) {
      api.delete(preferences + end).expect(400);
    }
    for (String end : List.of("/", "//", "//a")) {
      api.delete(preferences + end).expect(404);
    }
    api.get("/v1//users/dots/preferences").expect(404);
    api.get("//v1/users/dots/preferences").expect(404);
    api.get("/q/../v1/users/dots/preferences").expect(400);
    api.get("/v1/users/dots/preferences/%ff").expect(400);
    assertEquals(1, api.get(preferences).expect(200).json().at("/preferences/a").asInt());
  }

  @Test
  void aSemicolonStaysInItsSegment() {
    api.put("/v1/sessions/a;b=1", "{\"userId\":\"u\"}").expect(201);
    assertEquals("a;b=1", api.get("/v1/sessions/a%3Bb=1").expect(200).json().path("id").asText());
    assertEquals("a;b=1", api.get("/v1/sessions/a;b=1").expect(200).json().path("id").asText());
    api.get("/v1/sessions/a").expect(404);
  }

  @Test
  void aMisspeltOrRepeatedParameterIsRefused() {
    Answer misspelt = api.delete("/v1/rate-checks?subject=s&polcy=p").expect(400);
    assertEquals("polcy", misspelt.json().at("/violations/0/field").asText());
    Answer twice = api.get("/v1/sessions?userId=a&userId=b").expect(400);
    assertEquals("userId", twice.json().at("/violations/0/field").asText());
    api.get("/v1/sessions/x?data=false").expect(400);
    api.post("/v1/rate-checks?dry=1", "{\"subject\":\"s\"}").expect(400);
  }
}
