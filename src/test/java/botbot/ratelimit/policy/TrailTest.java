package botbot.ratelimit.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.ratelimit.counter.WindowReading;
import botbot.ratelimit.rule.Decisions;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.RuleMeters;
import botbot.ratelimit.rule.Rules;
import botbot.ratelimit.rule.Source;
import botbot.ratelimit.rule.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrailTest {

  private static final int LOOKS_A_MINUTE = (int) (60 / Trail.STEP.toSeconds());

  private final RuleMeters meters = new RuleMeters();
  private final Trail trail = new Trail(meters);

  @Test
  void countsWhatWasDecidedInTheLastMinuteAndHour() {
    decide(3, false);
    decide(2, true);
    look(1);
    assertEquals(new Usage("p", 5, sum(3, 2), sum(3, 2)), trail.usage("p"));
    look(LOOKS_A_MINUTE);
    assertEquals(new Usage("p", 65, sum(0, 0), sum(3, 2)), trail.usage("p"));
    decide(1, false);
    look(1);
    assertEquals(new Usage("p", 70, sum(1, 0), sum(4, 2)), trail.usage("p"));
    look(61 * LOOKS_A_MINUTE);
    assertEquals(new Usage("p", 3600, sum(0, 0), sum(0, 0)), trail.usage("p"));
  }

  @Test
  void countsTheSameOverAnyHourOfSteadyChecks() {
    for (int minute = 0; minute < 150; minute++) {
      decide(10, false);
      look(LOOKS_A_MINUTE);
      Duration counted = Duration.ofMinutes(Math.min(minute + 1, 60));
      assertEquals(
          new Usage("p", counted.toSeconds(), sum(10, 0), sum(10 * counted.toMinutes(), 0)),
          trail.usage("p"));
    }
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      trail.look();
    }
  }

  private void decide(int times, boolean refused) {
    Rule rule = Rules.any();
    Verdict verdict = new Verdict(rule, new WindowReading(rule.limit(), 0, 1, 5), refused);
    for (int i = 0; i < times; i++) {
      meters.decided(verdict, !refused, Source.REDIS);
    }
  }

  private static Decisions sum(long admitted, long denied) {
    return new Decisions(admitted, denied, 0);
  }
}
