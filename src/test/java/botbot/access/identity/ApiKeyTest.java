package botbot.access.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {

  private static final String SECRET = "abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE";

  @Test
  void aNewKeyHasTheFormOfOne() {
    ApiKey key = ApiKey.random();
    assertEquals(Optional.of(key), ApiKey.parse(key.text()));
  }

  @Test
  void theIdIsInFrontOfTheDot() {
    assertEquals("id-_56789012", ApiKey.parse("bb_id-_56789012." + SECRET).orElseThrow().id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bb_",
        "bb_id-_56789012.",
        "bb_id-_56789012." + SECRET + "x",
        "bb-id-_56789012." + SECRET,
        "bb_id-_5678901." + SECRET + "x",
        "bb_id-_5678901:." + SECRET,
        "bb_id-_56789012.abcdefghijklmnopqrstuvwxyz-_0123456789ABCD.",
        "bb_id-_56789012.abcdefghijklmnopqrstuvwxyz-_0123456789ABCDä"
      })
  void anythingElseIsNoKey(String text) {
    assertEquals(Optional.empty(), ApiKey.parse(text));
  }
}
