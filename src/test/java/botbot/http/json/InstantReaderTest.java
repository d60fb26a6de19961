package botbot.http.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read; what is not of that form is left to Jackson. */
class InstantReaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T08:09:10.011Z",
        "1970-01-01T00:00:00.000Z",
        "2024-02-29T23:59:59.999Z",
        "9999-12-31T00:00:00.100Z"
      })
  void whatIsWrittenIsRead(String text) {
    assertEquals(Instant.parse(text), InstantReader.ours(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T08:09:10Z",
        "2026-11-23T08:09:10.011+",
        "2026-13-23T08:09:10.011Z",
        "2025-02-29T08:09:10.011Z",
        "2026-11-23T08:09:1x.011Z",
        ""
      })
  void anythingElseIsNot(String text) {
    assertNull(InstantReader.ours(text));
  }

  @Test
  void digitsOfOtherScriptsAreNot() {
    assertNull(InstantReader.ours("2026-11-23T08:09:1\u0661.011Z"));
  }
}
