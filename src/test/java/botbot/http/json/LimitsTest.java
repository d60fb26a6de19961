package botbot.http.json;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botbot.http.problem.TooLarge;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class LimitsTest {

  @Test
  void aBodyIsAtMost256KibByDefault() {
    assertEquals(262_144, limits("unrelated", "1").body());
  }

  @Test
  void theLimitIsConfigurable() {
    assertEquals(10, limits("botbot.limits.body", "10").body());
  }

  @Test
  void aDocumentOverTheLimitIsRefusedByItsBytes() {
    Limits ten = limits("botbot.limits.body", "10");
    assertDoesNotThrow(() -> ten.check("data", new Json("\"12345678\"")));
    assertEquals(
        413,
        assertThrows(TooLarge.class, () -> ten.check("data", new Json("\"1234567ü\""))).status());
  }

  private static Limits limits(String key, String value) {
    return new SmallRyeConfigBuilder()
        .withMapping(Limits.class)
        .withDefaultValue(key, value)
        .build()
        .getConfigMapping(Limits.class);
  }
}
