package botbot.ratelimit.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateConfigTest {

  @Test
  void hasDefaults() {
    RateConfig config = config(Map.of());
    assertEquals(256, config.batch());
    assertEquals(10_000, config.waiting());
    assertEquals(Duration.ofMillis(500), config.denialMemory());
    assertEquals(100_000, config.denials());
    assertEquals(100_000, config.localSubjects());
    assertEquals(Duration.ofMillis(250), config.mergeInterval());
    assertEquals(Duration.ofMillis(250), config.policyRefresh());
    assertEquals(Duration.ofSeconds(1), config.policyWait());
  }

  @Test
  void isReadFromItsProperties() {
    RateConfig config =
        config(
            Map.of(
                "botbot.rate.batch", "1",
                "botbot.rate.waiting", "2",
                "botbot.rate.denial-memory", "3ms",
                "botbot.rate.denials", "4",
                "botbot.rate.local-subjects", "5",
                "botbot.rate.merge-interval", "6ms",
                "botbot.rate.policy-refresh", "7ms",
                "botbot.rate.policy-wait", "8ms"));
    assertEquals(1, config.batch());
    assertEquals(2, config.waiting());
    assertEquals(Duration.ofMillis(3), config.denialMemory());
    assertEquals(4, config.denials());
    assertEquals(5, config.localSubjects());
    assertEquals(Duration.ofMillis(6), config.mergeInterval());
    assertEquals(Duration.ofMillis(7), config.policyRefresh());
    assertEquals(Duration.ofMillis(8), config.policyWait());
  }

  private static RateConfig config(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withMapping(RateConfig.class)
        .withConverter(Duration.class, 100, new DurationConverter())
        .withDefaultValues(values)
        .build()
        .getConfigMapping(RateConfig.class);
  }
}
