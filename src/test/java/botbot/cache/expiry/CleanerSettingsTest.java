package botbot.cache.expiry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CleanerSettingsTest {

  @Test
  void theDefaultsRemoveLittleAtOnceAndLate() {
    CleanerSettings settings = settings(Map.of());
    assertEquals(Duration.ofSeconds(10), settings.interval());
    assertEquals(Duration.ofMinutes(1), settings.grace());
    assertEquals(Duration.ofMillis(25), settings.pause());
    assertEquals(500, settings.batch());
  }

  @Test
  void everyOneIsConfigurable() {
    CleanerSettings settings =
        settings(
            Map.of(
                "botbot.cleaner.interval", "1s",
                "botbot.cleaner.grace", "2s",
                "botbot.cleaner.pause", "3s",
                "botbot.cleaner.batch", "4"));
    assertEquals(Duration.ofSeconds(1), settings.interval());
    assertEquals(Duration.ofSeconds(2), settings.grace());
    assertEquals(Duration.ofSeconds(3), settings.pause());
    assertEquals(4, settings.batch());
  }

  private static CleanerSettings settings(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withConverter(Duration.class, 100, new DurationConverter())
        .withMapping(CleanerSettings.class)
        .withDefaultValues(values)
        .build()
        .getConfigMapping(CleanerSettings.class);
  }
}
