package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.ratelimit.counter.Algorithm;
import botbot.ratelimit.counter.LogReading;
import botbot.ratelimit.counter.WindowReading;
import botbot.ratelimit.rule.OnOutage;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.Rules;
import botbot.ratelimit.rule.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RateLimitFieldsTest {

  @Test
  void areListsOfStringsInWholeSecondsRoundedUp() {
    Rule chat = Rules.sliding("chat", 100, 60_000);
    Rule burst = Rules.sliding("burst", 5, 1_500);
    List<Verdict> verdicts =
        List.of(
            new Verdict(chat, new WindowReading(chat.limit(), 0, 100, 55_000), true),
            new Verdict(burst, new WindowReading(burst.limit(), 0, 0, 0), false));
    assertEquals(
        Map.of(
            "RateLimit-Policy", "\"chat\";q=100;w=60, \"burst\";q=5;w=2",
            "RateLimit", "\"chat\";r=0;t=6, \"burst\";r=5"),
        fields(verdicts));
  }

  @Test
  void leaveShadowsOut() {
    Rule shadow = Rules.rule("s", 5, 1_000, Algorithm.EXACT, OnOutage.LOCAL, true);
    assertEquals(
        Map.of(),
        fields(List.of(new Verdict(shadow, new LogReading(shadow.limit(), 0, 0, 1, 0, 0), false))));
  }

  private static Map<String, String> fields(List<Verdict> verdicts) {
    Map<String, String> fields = new TreeMap<>();
    RateLimitFields.add(verdicts, fields::put);
    return fields;
  }
}
