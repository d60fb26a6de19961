package botbot.change;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChangeSettingsTest {

  @Test
  void theDefaultsPollFastAndKeepConnectionsOpen() {
    ChangeSettings settings = settings(Map.of());
    assertEquals(Duration.ofMillis(200), settings.poll());
    assertEquals(Duration.ofSeconds(15), settings.heartbeat());
    assertEquals(Duration.ofSeconds(10), settings.patience());
  }

  @Test
  void everyOneIsConfigurable() {
    ChangeSettings settings =
        settings(
            Map.of(
                "botbot.changes.poll", "1s",
                "botbot.changes.heartbeat", "2s",
                "botbot.changes.patience", "3s"));
    assertEquals(Duration.ofSeconds(1), settings.poll());
    assertEquals(Duration.ofSeconds(2), settings.heartbeat());
    assertEquals(Duration.ofSeconds(3), settings.patience());
  }

  private static ChangeSettings settings(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withConverter(Duration.class, 100, new DurationConverter())
        .withMapping(ChangeSettings.class)
        .withDefaultValues(values)
        .build()
        .getConfigMapping(ChangeSettings.class);
  }
}
