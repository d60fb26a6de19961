package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.RedisServer;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counters that somebody else wrote, and the meters that tell. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class RateSoundnessTest {

  /** Counters as they are found when the clock of Redis goes back by an hour. */
  private static final String AN_HOUR_LATER =
      """
      local hour, found = 3600000, redis.call('KEYS', ARGV[1])
      for _, key in ipairs(found) do
        local left, text = redis.call('PTTL', key), redis.call('GET', key)
        if #text == 18 then
          local index, before, now = struct.unpack('>I6I6I6', text)
          text = struct.pack('>I6I6I6', index + hour / 60000, before, now)
        else
          local used, at, cost = struct.unpack('>I4I6I2', text)
          text = struct.pack('>I4I6I2', used, at + hour, cost)
        end
        redis.call('SET', key, text, 'PX', left + hour)
      end
      return tostring(#found)
      """;

  private final RedisServer redis = Backends.redis();
  private final List<String> warnings = new ArrayList<>();
  private final Logger logger = Logger.getLogger("botbot.ratelimit.batch.Repairs");
  private Api api;
  private Policies policies;
  private String policy;
  private String key;

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
            warnings.add(record.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void aPolicyOfItsOwn() {
    api = Api.ofThisTest();
    policies = new Policies(api);
    policy = "sound-" + UUID.randomUUID();
    key = Policies.prefix() + "{user}:" + policy + ":60000:s";
    policies.put(policy, policy, 5, 60_000);
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
  }

  @Test
  void startsAfreshFromGarbage() {
    redis.command("SET", key, "garbage");
    isMended();
  }

  @ParameterizedTest
  @CsvSource({"0, 0, -1", "0, -1, 0", "1000, 0, 1", "3, 1, 1"})
  void startsAfreshFromCountsBelowNothingAndWindowsFarAhead(long ahead, long previous, long count) {
    long now = System.currentTimeMillis() / 60_000;
    redis.command(
        "EVAL",
        "return redis.call('SET', KEYS[1], struct.pack('>i6i6i6', unpack(ARGV)), 'PX', 90000)",
        "1",
        key,
        "" + (now + ahead),
        "" + previous,
        "" + count);
    isMended();
  }

  @Test
  void aClockOfRedisThatWentBackIsToldOnce() {
    for (String algorithm : List.of("sliding-window", "exact")) {
      policies.put(policy, policy, 5, 60_000, "\"algorithm\":\"" + algorithm + "\"");
      for (int user = 0; user < 300; user++) {
        policies.check(algorithm + user, policy, 5).expect(200);
      }
      String found =
          (String)
              redis.command("EVAL", AN_HOUR_LATER, "0", "*{" + algorithm + "*:" + policy + ":*");
      assertEquals("300", found);
      for (int user = 0; user < 300; user++) {
        int remaining =
            policies.check(algorithm + user, policy).expect(200).json().get("remaining").asInt();
        assertEquals(4, remaining);
      }
    }
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.getFirst().startsWith("The clock of Redis went back"), warnings::toString);
    assertEquals(0.0, count("corrupted"));
  }

  @Test
  void startsAfreshFromAList() {
    redis.command("RPUSH", key, "1");
    isMended();
  }

  @Test
  void aCounterWithoutTimeToLiveGetsOneAgain() {
    policies.check("user", policy, 2).expect(200);
    for (int cost : List.of(3, 0)) {
      redis.command("PERSIST", key);
      policies.check("user", policy, cost).expect(200);
      assertTrue((Long) redis.command("PTTL", key) > 0);
    }
    assertEquals(List.of(), warnings, "no count is lost");
  }

  private void isMended() {
    assertEquals(4, policies.check("user", policy).expect(200).json().get("remaining").asInt());
    policies.check("user", policy).expect(200);
    assertTrue((Long) redis.command("PTTL", key) > 0);
    assertEquals(1, warnings.size(), warnings::toString);
    assertEquals(1.0, count("corrupted"));
  }

  @Test
  void warnsOncePerKeyAndMinuteButCountsEachTime() {
    for (int i = 0; i < 3; i++) {
      redis.command("SET", key, "garbage");
      policies.check("user", policy).expect(200);
    }
    assertEquals(1, warnings.size());
    assertEquals(3.0, count("corrupted"));
  }

  @Test
  void countsByPolicyAndOutcome() {
    String shadow = "shadow-" + policy;
    policies.put(shadow, policy, 1, 60_000, "\"shadow\":true");
    policies.check("user", policy, 5).expect(200);
    policies.check("user", policy).expect(429);
    policies.check("user", policy).expect(429);
    policies.check("user", policy, 0).expect(200);
    assertEquals(1.0, count("admitted"));
    assertEquals(2.0, count("denied"));
    assertEquals(1.0, count(shadow, "shadow-denied"));
    assertEquals(0.0, count(shadow, "denied") + count(shadow, "admitted"));
    assertEquals(5.0, api.metric("botbot_rate_limit{", "policy=\"" + policy + "\""));
    api.delete("/v1/rate-policies/" + shadow).expect(204);
    assertTrue(!metrics().contains("policy=\"" + shadow + "\""));
  }

  private double count(String outcome) {
    return count(policy, outcome);
  }

  private double count(String of, String outcome) {
    return api.metric("botbot_rate_checks_total{", "policy=\"" + of + "\"", "\"" + outcome + "\"");
  }

  private String metrics() {
    return api.get("/q/metrics").expect(200).body();
  }
}
