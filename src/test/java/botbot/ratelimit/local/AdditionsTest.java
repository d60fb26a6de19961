package botbot.ratelimit.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.ratelimit.batch.ScriptedRedis;
import botbot.ratelimit.counter.Algorithm;
import botbot.ratelimit.counter.Counter;
import botbot.ratelimit.counter.LogReading;
import botbot.ratelimit.counter.Operations;
import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.counter.WindowReading;
import botbot.ratelimit.local.LocalCounter.Addition;
import botbot.ratelimit.rule.OnOutage;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an instance counted alone, and what Redis makes of it. */
class AdditionsTest {

  private static final long NOW = Operations.START;

  private static ScriptedRedis redis;

  @BeforeAll
  static void start() {
    redis = new ScriptedRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void flush() {
    redis.server().command("FLUSHALL");
  }

  private static Rule rule(Algorithm algorithm) {
    return Rules.rule("p", 100, 60_000, algorithm, OnOutage.LOCAL, false);
  }

  private static LocalCounter counter(Rule rule) {
    return new LocalCounter(rule, rule.key(Rules.USER), false);
  }

  /** Tells Redis, and the counter that it was told or that nobody knows. */
  private static boolean tell(LocalCounter counter, long now, boolean answered) {
    Addition addition = counter.handOver(Rules.USER, now).orElseThrow();
    redis.ask(now, addition.entry());
    return counter.isDone(addition, answered);
  }

  private static Reading read(Rule rule, long now) {
    return redis.ask(now, ScriptedRedis.check("user", 0, rule)).getFirst().getFirst().reading();
  }

  private static long used(Rule rule, long now) {
    return switch (read(rule, now)) {
      case WindowReading window -> window.previous() + window.current();
      case LogReading log -> log.used();
    };
  }

  @ParameterizedTest
  @EnumSource
  void joinsWhatRedisCountedMeanwhile(Algorithm algorithm) {
    Rule rule = rule(algorithm);
    LocalCounter local = counter(rule);
    Counter both = Counter.of(algorithm, rule.limit(), rule.phase(rule.key(Rules.USER)));
    for (int i = 0; i < 40; i++) {
      local.charge(NOW + i * 1_000, 1);
      both.charge(NOW + i * 1_000, 1);
      if (i % 2 == 0) {
        redis.ask(NOW + i * 1_000, ScriptedRedis.check("user", 1, rule));
        both.charge(NOW + i * 1_000, 1);
      }
    }
    long end = NOW + 40_000;
    assertTrue(tell(local, end, true));
    assertEquals(both.read(rule.limit(), end, 1), read(rule, end));
  }

  @ParameterizedTest
  @EnumSource
  void isAddedOnceHoweverOftenItsAnswerIsLost(Algorithm algorithm) {
    Rule rule = rule(algorithm);
    LocalCounter local = counter(rule);
    local.charge(NOW, 7);
    for (int i = 0; i < 3; i++) {
      tell(local, NOW, false);
      assertEquals(7, used(rule, NOW));
    }
    local.charge(NOW + 10, 2);
    tell(local, NOW + 10, false);
    assertEquals(9, used(rule, NOW + 10));
    local.refund(NOW + 20, 5);
    assertTrue(tell(local, NOW + 20, true));
    assertEquals(4, used(rule, NOW + 20));
  }

  @ParameterizedTest
  @EnumSource
  void isForgottenOnlyIfNothingWasCountedMeanwhile(Algorithm algorithm) {
    Rule rule = rule(algorithm);
    LocalCounter local = counter(rule);
    local.charge(NOW, 1);
    Addition addition = local.handOver(Rules.USER, NOW).orElseThrow();
    assertTrue(local.handOver(Rules.USER, NOW).isEmpty());
    local.charge(NOW, 1);
    redis.ask(NOW, addition.entry());
    assertEquals(false, local.isDone(addition, true));
    assertTrue(tell(local, NOW, true));
    assertEquals(2, used(rule, NOW));
  }

  @ParameterizedTest
  @EnumSource
  void anEndedWindowIsNotAdded(Algorithm algorithm) {
    Rule rule = rule(algorithm);
    LocalCounter local = counter(rule);
    local.charge(NOW, 5);
    tell(local, NOW + 120_001, true);
    assertEquals(0, used(rule, NOW + 120_001));
  }

  @ParameterizedTest
  @EnumSource
  void givesBackInRedisWhatWasNotAdmittedHere(Algorithm algorithm) {
    Rule rule = rule(algorithm);
    redis.ask(NOW, ScriptedRedis.check("user", 10, rule));
    LocalCounter local = counter(rule);
    local.charge(NOW + 1, 2);
    local.refund(NOW + 2, 6);
    local.charge(NOW + 3, 3);
    tell(local, NOW + 4, false);
    tell(local, NOW + 4, true);
    assertEquals(10 - 4 + 3, used(rule, NOW + 4));
  }

  @ParameterizedTest
  @EnumSource
  void givesBackNothingThatWasAdmittedLater(Algorithm algorithm) {
    Rule rule = rule(algorithm);
    LocalCounter local = counter(rule);
    local.refund(NOW, 1_000);
    local.charge(NOW + 1, 3);
    tell(local, NOW + 1, true);
    assertEquals(3, used(rule, NOW + 1));
  }

  @ParameterizedTest
  @EnumSource
  void startsAfreshOnceHoweverOftenItIsTold(Algorithm algorithm) {
    Rule rule = rule(algorithm);
    redis.ask(NOW, ScriptedRedis.check("user", 10, rule));
    LocalCounter local = new LocalCounter(rule, rule.key(Rules.USER), true);
    local.charge(NOW, 1);
    tell(local, NOW, false);
    redis.ask(NOW, ScriptedRedis.check("user", 4, rule));
    assertTrue(tell(local, NOW, true));
    assertEquals(5, used(rule, NOW));
  }

  @ParameterizedTest
  @EnumSource
  void severalInstancesAndLostAnswersAddUpToWhatWasAdmitted(Algorithm algorithm) {
    Rule rule = Rules.rule("p", 10_000, 60_000, algorithm, OnOutage.LOCAL, false);
    Random random = new Random(5);
    List<LocalCounter> instances = new ArrayList<>();
    long[] mine = new long[3];
    for (int i = 0; i < mine.length; i++) {
      instances.add(counter(rule));
    }
    long total = 0;
    for (int i = 0; i < 2_000; i++) {
      long now = NOW + i * 10;
      int which = random.nextInt(mine.length);
      LocalCounter local = instances.get(which);
      switch (random.nextInt(6)) {
        case 0 -> {
          if (tell(local, now, random.nextBoolean())) {
            instances.set(which, counter(rule));
            mine[which] = 0;
          }
        }
        case 1 -> {
          long back = Math.min(mine[which], random.nextInt(4));
          local.refund(now, back);
          mine[which] -= back;
          total -= back;
        }
        default -> {
          local.charge(now, 1);
          mine[which]++;
          total++;
        }
      }
    }
    for (LocalCounter local : instances) {
      assertTrue(tell(local, NOW + 20_000, true));
    }
    assertEquals(total, used(rule, NOW + 20_000));
  }
}
