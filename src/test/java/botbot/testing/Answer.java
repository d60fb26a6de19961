package botbot.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.util.Optional;

/** What the service answered. */
public record Answer(int status, java.net.http.HttpHeaders headers, String body) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  static Answer of(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  /** The body as JSON. */
  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + this, e);
    }
  }

  /** A header's first value, or an empty text. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** The entity tag, quotes included. */
  public Optional<String> etag() {
    return headers.firstValue("ETag");
  }

  /** The cache's part in this answer, or an empty text. */
  public String cacheStatus() {
    return header("Cache-Status");
  }

  /** This answer, if it has one of the statuses; fails the test otherwise. */
  public Answer expect(int... statuses) {
    for (int expected : statuses) {
      if (status == expected) {
        return this;
      }
    }
    throw new AssertionError("unexpected answer: " + this);
  }

  @Override
  public String toString() {
    return status + " " + headers.map() + " " + body;
  }
}
