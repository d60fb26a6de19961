package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over HTTP/2 with prior knowledge the answers are the same as over HTTP/1.1. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class Http2Test {

  private record Result(int status, String requestId, String body) {}

  private final Api api = Api.ofThisTest();
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false));

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Result send(HttpMethod method, String path, String key, Buffer body) throws Exception {
    URI uri = api.uri(path);
    return client
        .request(method, uri.getPort(), uri.getHost(), path)
        .compose(
            request ->
                request
                    .putHeader("Authorization", "Bearer " + key)
                    .putHeader("Content-Type", "application/json")
                    .send(body))
        .compose(
            answer ->
                answer
                    .body()
                    .map(
                        text ->
                            new Result(
                                answer.statusCode(),
                                answer.getHeader("X-Request-Id"),
                                text.toString())))
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  @Test
  void aCheckIsAnsweredWhateverItsKeyAndBody() throws Exception {
    String check = "{\"subject\":\"h2\"}";
    String key = api.newKey("h2-fresh", "frontend");
    HttpMethod post = HttpMethod.POST;
    String path = "/v1/rate-checks";
    assertEquals(200, send(post, path, key, Buffer.buffer(check)).status());
    assertEquals(200, send(post, path, Backends.ADMIN_KEY, Buffer.buffer(check)).status());
    assertEquals(401, send(post, path, "unknown", Buffer.buffer(check)).status());
    assertEquals(400, send(post, path, key, Buffer.buffer("{\"subject\":")).status());
    assertEquals(400, send(post, path, key, Buffer.buffer("{\"cost\":1}")).status());
  }

  @Test
  void aBodyAnnouncedAsTooLongIsAProblem() throws Exception {
    Result refused =
        send(
            HttpMethod.PUT,
            "/v1/sessions/h2-long",
            Backends.ADMIN_KEY,
            Buffer.buffer("\"" + "x".repeat(300_000) + "\""));
    assertEquals(413, refused.status());
    JsonObject problem = new JsonObject(refused.body());
    assertEquals(413, problem.getInteger("status"));
    assertEquals(refused.requestId(), problem.getString("requestId"));
  }

  @Test
  void aSessionLivesThroughAllItsCalls() throws Exception {
    String path = "/v1/sessions/h2%2Fid";
    String key = Backends.ADMIN_KEY;
    assertEquals(
        201, send(HttpMethod.PUT, path, key, Buffer.buffer("{\"userId\":\"u\"}")).status());
    Result found = send(HttpMethod.GET, path, key, Buffer.buffer());
    assertTrue(found.body().contains("\"id\":\"h2/id\""), found.body());
    assertEquals(
        200, send(HttpMethod.PATCH, path, key, Buffer.buffer("{\"data\":{\"a\":1}}")).status());
    assertEquals(204, send(HttpMethod.DELETE, path, key, Buffer.buffer()).status());
    assertEquals(404, send(HttpMethod.GET, path, key, Buffer.buffer()).status());
  }
}
