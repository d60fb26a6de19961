package botbot.ratelimit.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.counter.WindowReading;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.Rules;
import botbot.ratelimit.rule.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LastReadingsTest {

  private final Rule rule = Rules.sliding("chat", 10, 60_000);
  private final String key = rule.key(Rules.USER);
  private final LastReadings readings = new LastReadings();

  private void remember(long current, long atMs) {
    Reading reading = new WindowReading(rule.limit(), 0, current, 5);
    readings.remember(Rules.USER, List.of(new Verdict(rule, reading, false)), atMs);
  }

  private Optional<Long> used(long now) {
    return readings
        .find(Rules.USER, key, now)
        .map(last -> rule.limit().count() - last.reading().remaining());
  }

  @Test
  void theLastOfACounterIsFoundForTenSeconds() {
    assertEquals(Optional.empty(), used(1_000));
    remember(3, 1_000);
    remember(4, 1_001);
    assertEquals(Optional.of(4L), used(1_002));
    assertEquals(Optional.of(4L), used(11_001));
    assertEquals(Optional.empty(), used(11_002));
  }

  @Test
  void whatWasNotAskedOrStartsAfreshIsNotFound() {
    remember(3, 1_000);
    String other = Rules.sliding("other", 10, 60_000).key(Rules.USER);
    assertEquals(Optional.empty(), readings.find(Rules.USER, other, 1_001));
    readings.forget(Rules.USER);
    assertEquals(Optional.empty(), used(1_001));
  }
}
