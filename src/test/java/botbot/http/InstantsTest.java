package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Backends;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Instants of answers are RFC 3339 in UTC, with three digits of milliseconds always. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class InstantsTest {

  record Moment(Instant at) {}

  @Inject ObjectMapper json;

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T08:09:10Z, 2026-11-23T08:09:10.000Z",
    "2026-11-23T08:09:10.5Z, 2026-11-23T08:09:10.500Z",
    "2026-11-23T08:09:10.123456Z, 2026-11-23T08:09:10.123Z",
    "2026-11-23T00:00:00Z, 2026-11-23T00:00:00.000Z"
  })
  void haveMillisecondsWhateverTheMoment(Instant moment, String text)
      throws JsonProcessingException {
    String written = "{\"at\":\"" + text + "\"}";
    assertEquals(written, json.writeValueAsString(new Moment(moment)));
    assertEquals(Instant.parse(text), json.readValue(written, Moment.class).at());
  }
}
