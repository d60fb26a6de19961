package botbot.http;

import static botbot.http.Problems.fieldsOf;
import static botbot.http.Problems.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every refusal that all resources share, on real endpoints: 400, 401, 403, 404, 405, 406, 413,
 * 415.
 */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class RefusalsTest {

  private final Api api = Api.ofThisTest();
  private final String id = "r-" + UUID.randomUUID();

  @ParameterizedTest
  @CsvSource({
    "/v1/sessions?userId=u&limit=0, limit",
    "/v1/sessions?userId=u&limit=201, limit",
    "/v1/sessions?userId=u&limit=-1, limit",
    "/v1/sessions?userId=u&limit=x, limit",
    "/v1/sessions?userId=u&limit=1.5, limit",
    "/v1/sessions?userId=u&limit=99999999999, limit",
    "/v1/sessions?userId=u&cursor=x, cursor",
    "/v1/sessions, userId",
    "/v1/sessions?userId=%20a, userId",
    "/v1/sessions?userId=, userId",
    "/v1/sessions/a%20, id",
    "/v1/sessions/%C2%85, id",
    "/v1/users/%09b/preferences, userId",
    "/v1/users/a%00b/preferences, userId",
    "/v1/users/u/preferences/a%0Ab, key",
    "/v1/clients?limit=x, limit",
    "/v1/clients?cursor=AAAA, cursor",
    "/v1/rate-checks, subject",
    "/v1/rate-checks?subject=s&tier=%0A, tier",
    "/v1/rate-policies/a%20b, name",
    "/v1/rate-policies?limit=500, limit",
  })
  void aBadParameterIsNamed(String path, String field) {
    assertEquals(List.of(field), fieldsOf(api.get(path)));
  }

  @Test
  void aNameHasAtMost128Characters() {
    assertEquals(404, api.get("/v1/settings/" + "x".repeat(128)).status());
    assertEquals(400, api.get("/v1/settings/" + "x".repeat(129)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-Match", "If-None-Match"})
  void aMalformedConditionIsRefused(String header) {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    for (String value : List.of("1", "\"1", "*,\"1\"", "\"1\" \"2\"")) {
      assertEquals(List.of(header), fieldsOf(api.get("/v1/sessions/" + id, header, value)));
      assertEquals(
          List.of(header),
          fieldsOf(api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}", header, value)));
      assertEquals(List.of(header), fieldsOf(api.patch("/v1/sessions/" + id, "{}", header, value)));
      assertEquals(List.of(header), fieldsOf(api.delete("/v1/sessions/" + id, header, value)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/sessions/x",
        "/v1/users/u/preferences",
        "/v1/clients",
        "/v1/rate-checks?subject=s"
      })
  void noKeyIs401AndAWrongRole403(String path) {
    for (String key : List.of("", "wrong", "Bearer x")) {
      Answer refused = api.withKey(key).get(path);
      problem(refused, 401);
      assertEquals("Bearer", refused.header("WWW-Authenticate"));
    }
    problem(api.withKey(api.newKey(id, "metrics")).get(path), 403);
  }

  @Test
  void anotherSchemeThanBearerIsNoKey() {
    problem(api.withKey("").get("/v1/sessions/x", "Authorization", "Basic dXNlcjpwYXNz"), 401);
    api.withKey("")
        .get("/v1/sessions/x", "Authorization", "bearer " + Backends.ADMIN_KEY)
        .expect(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/nothing",
        "/v1",
        "/",
        "/v2/sessions",
        "/v1/sessions/a/b/c",
        "/v1/sessions/a/nothing",
        "/nothing",
        "/v1/users",
        "/v1/users/u/nothing",
        "/q/nothing"
      })
  void anUnknownPathIs404(String path) {
    problem(api.get(path), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/sessions/nobody",
        "/v1/users/nobody/preferences",
        "/v1/users/nobody/preferences/k",
        "/v1/rate-policies/nothing"
      })
  void whatIsNotThereIs404(String path) {
    Answer refused = api.get(path);
    problem(refused, 404);
    assertEquals(path, refused.json().path("instance").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "PATCH, /v1/sessions, DELETE GET HEAD OPTIONS POST",
    "PUT, /v1/sessions, DELETE GET HEAD OPTIONS POST",
    "PUT, /v1/users/u, DELETE GET HEAD OPTIONS",
    "POST, /v1/spaces, GET HEAD OPTIONS",
    "POST, /v1/sessions/x, DELETE GET HEAD OPTIONS PATCH PUT",
    "GET, /v1/sessions/x/touch, OPTIONS POST",
    "POST, /v1/users/u/preferences, DELETE GET HEAD OPTIONS PATCH PUT",
    "PATCH, /v1/users/u/preferences/k, DELETE GET HEAD OPTIONS PUT",
    "PUT, /v1/clients/c, DELETE OPTIONS",
    "GET, /v1/clients/c, DELETE OPTIONS",
    "PATCH, /v1/rate-checks, DELETE GET HEAD OPTIONS POST",
    "PROPFIND, /v1/sessions/x, DELETE GET HEAD OPTIONS PATCH PUT",
  })
  void aWrongMethodIs405WithWhatIsAllowed(String method, String path, String allowed) {
    Answer refused = api.send(method, path, BodyPublishers.noBody());
    problem(refused, 405);
    assertEquals(
        new TreeSet<>(List.of(allowed.split(" "))),
        new TreeSet<>(List.of(refused.header("Allow").split(", "))));
  }

  @Test
  void optionsSaysWhatIsAllowed() {
    Answer options = api.send("OPTIONS", "/v1/sessions/x", BodyPublishers.noBody()).expect(204);
    assertEquals("DELETE, GET, HEAD, OPTIONS, PATCH, PUT", options.header("Allow"));
    assertEquals(
        "application/merge-patch+json, application/json-patch+json",
        options.header("Accept-Patch"));
    problem(api.send("OPTIONS", "/v1/nothing", BodyPublishers.noBody()), 404);
  }

  @Test
  void headIsGetWithoutABody() {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    Answer head = api.send("HEAD", "/v1/sessions/" + id, BodyPublishers.noBody()).expect(200);
    assertEquals(api.get("/v1/sessions/" + id).etag(), head.etag());
    assertEquals("", head.body());
    api.send("HEAD", "/v1/sessions/nobody", BodyPublishers.noBody()).expect(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/xml", "image/*"})
  void anotherRepresentationThanJsonIs406(String accept) {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    problem(api.get("/v1/sessions/" + id, "Accept", accept), 406);
    problem(api.post("/v1/rate-checks", "{\"subject\":\"s\"}", "Accept", accept), 406);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/*",
        "application/json",
        "text/html, application/json;q=0.1",
        "application/problem+json, application/json"
      })
  void whatIncludesJsonIsServed(String accept) {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}", "Accept", accept).expect(201);
    api.get("/v1/sessions/" + id, "Accept", accept).expect(200);
  }

  /** A 204 has no content: what generated clients accept of its operation is the refusal alone. */
  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "application/problem+json", "application/problem+json;q=0.5"})
  void whatHasNoContentIsDoneForWhoeverTakesARefusal(String accept) {
    api.put("/v1/sessions/" + id, "{\"userId\":\"u\"}").expect(201);
    api.put("/v1/users/" + id + "/preferences", "{\"preferences\":{\"k\":1}}").expect(201);
    api.put("/v1/agents/" + id + "/config", "{\"config\":{}}").expect(201);
    api.put("/v1/settings/" + id, "{\"value\":1}").expect(201);
    api.put("/v1/scratch/" + id + "/k", "1").expect(201);
    api.newKey(id, "metrics");
    api.put(
            "/v1/rate-policies/" + id,
            "{\"tier\":\"" + id + "\",\"endpoint\":\"*\",\"limit\":1,\"windowMs\":1000}")
        .expect(201);
    for (String path :
        List.of(
            "/v1/sessions/" + id,
            "/v1/users/" + id + "/preferences/k",
            "/v1/users/" + id + "/preferences",
            "/v1/agents/" + id + "/config",
            "/v1/settings/" + id,
            "/v1/scratch/" + id + "/k",
            "/v1/clients/" + id,
            "/v1/rate-policies/" + id,
            "/v1/rate-checks?subject=" + id)) {
      api.delete(path, "Accept", accept).expect(204);
    }
    api.send("POST", "/v1/status/new-epoch", Api.NO_BODY, "Accept", accept).expect(204);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/sessions, text/plain",
    "POST, /v1/sessions, application/merge-patch+json",
    "POST, /v1/sessions, application/x-www-form-urlencoded",
    "POST, /v1/sessions, nonsense",
    "POST, /v1/sessions, application/*",
    "POST, /v1/sessions, */*",
    "PUT, /v1/sessions/x, application/xml",
    "PATCH, /v1/sessions/x, text/plain",
    "PATCH, /v1/users/u/preferences, application/xml",
    "PUT, /v1/users/u/preferences/k, text/plain",
    "POST, /v1/clients, text/plain",
    "POST, /v1/rate-checks, text/plain",
  })
  void anotherContentTypeIs415(String method, String path, String type) {
    Answer refused = api.sendJson(method, path, type, "{}");
    problem(refused, 415);
    if (method.equals("PATCH")) {
      assertEquals(
          "application/merge-patch+json, application/json-patch+json",
          refused.header("Accept-Patch"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/sessions", "/v1/rate-checks"})
  void aBodyWithoutAContentTypeIs415(String path) {
    problem(api.send("POST", path, BodyPublishers.ofString("{}")), 415);
  }

  @Test
  void theContentTypeOfAReadDoesNotMatter() {
    api.get("/v1/sessions/nobody", "Content-Type", "text/plain").expect(404);
    api.delete("/v1/sessions/nobody", "Content-Type", "text/plain").expect(404);
  }

  @Test
  void theContentTypeMayNameItsCharset() {
    api.sendJson("POST", "/v1/sessions", "application/json; charset=UTF-8", "{\"userId\":\"u\"}")
        .expect(201);
  }
}
