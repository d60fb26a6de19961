package botbot.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * A small HTTP client of the service, which holds every answer against the OpenAPI document. Paths
 * may carry a query; headers are name, value, name, …
 */
public final class Api {
  /** For requests without a body. */
  public static final BodyPublisher NO_BODY = BodyPublishers.noBody();

  /**
   * The version of HTTP that tests speak, by the system property {@code http.of.tests}; they must
   * pass over both.
   */
  private static final HttpClient.Version VERSION =
      System.getProperty("http.of.tests", "1.1").equals("2")
          ? HttpClient.Version.HTTP_2
          : HttpClient.Version.HTTP_1_1;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(VERSION).connectTimeout(Duration.ofSeconds(5)).build();

  /**
   * The space that tests work in, by the system property {@code space.of.tests}; they must pass in
   * any.
   */
  public static final Optional<String> SPACE =
      Optional.ofNullable(System.getProperty("space.of.tests"));

  private final String base;
  private final String key;
  private final Optional<String> space;
  private final boolean checked;

  private Api(String base, String key, Optional<String> space, boolean checked) {
    this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    this.key = key;
    this.space = space;
    this.checked = checked;
  }

  /** The service at an address, called with a key; an empty key sends none. */
  public static Api at(String base, String key) {
    return new Api(base, key, key.equals(Backends.ADMIN_KEY) ? SPACE : Optional.empty(), true);
  }

  /** The service of the running {@code @QuarkusTest}, called as the administrator. */
  public static Api ofThisTest() {
    String url = ConfigProvider.getConfig().getValue("test.url", String.class);
    return at(url, Backends.ADMIN_KEY);
  }

  /** The same service, called with another key; an empty one sends none. */
  public Api withKey(String other) {
    return at(base, other);
  }

  /** The same service and key, working in a space that the caller names. */
  public Api inSpace(String name) {
    return new Api(base, key, Optional.of(name), checked);
  }

  /**
   * The same for a server that is not the service: its answers are not held against the document.
   */
  public Api unchecked() {
    return new Api(base, key, space, false);
  }

  /** The key of a client that is made, of the caller's space. */
  public String newKey(String name, String role) {
    return post("/v1/clients", "{\"name\":\"%s\",\"roles\":[\"%s\"]}".formatted(name, role))
        .expect(201)
        .json()
        .path("key")
        .asText();
  }

  /** The address of a path. */
  public URI uri(String path) {
    return URI.create(base + path);
  }

  /** Gets a resource. */
  public Answer get(String path, String... headers) {
    return send("GET", path, NO_BODY, headers);
  }

  /** The sum over all series that begin with a name and have all labels, as a scrape has it. */
  public double metric(String name, String... labels) {
    return get("/q/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith(name) && Stream.of(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Posts a JSON body. */
  public Answer post(String path, String json, String... headers) {
    return sendJson("POST", path, "application/json", json, headers);
  }

  /** Puts a JSON body. */
  public Answer put(String path, String json, String... headers) {
    return sendJson("PUT", path, "application/json", json, headers);
  }

  /** Sends a merge patch (RFC 7396). */
  public Answer patch(String path, String json, String... headers) {
    return sendJson("PATCH", path, "application/merge-patch+json", json, headers);
  }

  /** Deletes a resource. */
  public Answer delete(String path, String... headers) {
    return send("DELETE", path, NO_BODY, headers);
  }

  /** Any method, with a body of any content type. */
  public Answer sendJson(String method, String path, String type, String body, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Content-Type";
    all[1] = type;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return send(method, path, BodyPublishers.ofString(body), all);
  }

  /** Any method and body; fails the test where the answer is none of the document's. */
  public Answer send(String method, String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, body);
    request.timeout(Duration.ofSeconds(30));
    if (!key.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + key);
    }
    space.ifPresent(name -> request.setHeader("Botbot-Space", name));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
      Answer answer = Answer.of(response);
      if (checked) {
        assertEquals(VERSION, response.version(), "the version of HTTP");
        Document.committed().check(method, path, answer.status(), answer.headers(), answer.body());
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + method + " " + path, e);
    }
  }
}
