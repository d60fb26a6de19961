package botbot.ratelimit.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.ratelimit.rule.Rules;
import botbot.ratelimit.rule.Verdict;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CounterTest {

  private static final int OPERATIONS = 100_000;

  @ParameterizedTest
  @EnumSource
  void agreesWithTheOracle(Algorithm algorithm) {
    agreesWithTheOracle(algorithm, Operations.Scale.MILLISECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheOracleOnAnyClock(Operations.Scale scale) {
    agreesWithTheOracle(Algorithm.SLIDING_WINDOW, scale);
  }

  private static void agreesWithTheOracle(Algorithm algorithm, Operations.Scale scale) {
    long phase = 12_345;
    Operations operations = new Operations(7, scale);
    Oracle oracle = new Oracle(algorithm, scale.windowMs(), phase);
    Counter counter = Counter.of(algorithm, new Limit(1, scale.windowMs()), phase);
    for (int i = 0; i < OPERATIONS; i++) {
      long now = operations.later();
      Limit limit = operations.limit();
      long cost = operations.cost(limit);
      long wanted = Math.max(1, cost);
      boolean refused = cost >= 0 && !counter.read(limit, now, wanted).admits(wanted);
      if (cost < 0) {
        counter.refund(now, -cost);
      } else if (cost > 0 && !refused) {
        counter.charge(now, cost);
      }
      Verdict said = new Verdict(Rules.any(), counter.read(limit, now, wanted), refused);
      Operations.compare("operation " + i, oracle, limit, now, cost, said);
    }
  }

  @Test
  void twoWindowsNeverAdmitTwiceTheLimitWithinOne() {
    Limit limit = new Limit(10, 1_000);
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Counter counter = new WindowCounter(1_000, seed * 5L);
      Oracle admitted = new Oracle(Algorithm.EXACT, 1_000, 0);
      long now = Operations.START;
      for (int i = 0; i < 2_000; i++) {
        now += random.nextInt(8) == 0 ? random.nextInt(600) : random.nextInt(3);
        if (counter.read(limit, now, 1).admits(1)) {
          counter.charge(now, 1);
          admitted.charge(now, 1);
        }
        assertTrue(admitted.sum(now - 1_000, now) < 20);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void atTwiceTheLimitAdmitsTheLimitPerWindow(Algorithm algorithm) {
    for (long count : new long[] {50, 100, 1_000}) {
      Limit limit = new Limit(count, 10_000);
      Counter counter = Counter.of(algorithm, limit, 3_456);
      long every = 10_000 / (2 * count);
      long admitted = 0;
      for (long at = 0; at < 20 * 10_000; at += every) {
        long now = Operations.START + at;
        if (counter.read(limit, now, 1).admits(1)) {
          counter.charge(now, 1);
          admitted++;
        }
      }
      double perWindow = admitted / 20.0 / count;
      assertTrue(perWindow >= 0.97 && perWindow <= 1.03, () -> count + ": " + perWindow);
    }
  }

  @Test
  void exactNeverAdmitsMoreThanTheLimitInAnyWindow() {
    Limit limit = new Limit(20, 1_000);
    Random random = new Random(3);
    Counter counter = new LogCounter(1_000);
    Oracle admitted = new Oracle(Algorithm.EXACT, 1_000, 0);
    long now = Operations.START;
    for (int i = 0; i < 50_000; i++) {
      now += random.nextInt(60);
      long cost = 1 + random.nextInt(3);
      if (counter.read(limit, now, cost).admits(cost)) {
        counter.charge(now, cost);
        admitted.charge(now, cost);
      }
      assertTrue(admitted.sum(now - 1_000, now) <= 20);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClockThatStepsBackGivesNothingBack(Algorithm algorithm) {
    Limit limit = new Limit(5, 1_000);
    Counter counter = Counter.of(algorithm, limit, 0);
    counter.charge(10_000, 5);
    assertEquals(0, counter.read(limit, 9_990, 1).remaining());
    assertTrue(counter.read(limit, 9_990, 1).retryMs(1) > 0);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnFromAReadingAndAdmitsNoMoreThanTheCounterThatWasRead(Algorithm algorithm) {
    long windowMs = 1_000;
    Limit limit = new Limit(10, windowMs);
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      long phase = random.nextInt(1_000);
      long now = Operations.START;
      Counter inRedis = Counter.of(algorithm, limit, phase);
      for (int charge = random.nextInt(6); charge > 0; charge--) {
        now += random.nextInt(600);
        inRedis.charge(now, 1 + random.nextInt(4));
      }
      now += random.nextInt(300);
      Counter here = Counter.of(algorithm, limit, phase);
      here.resume(inRedis.read(limit, now, 1), now);
      for (int step = 0; step < 4; step++) {
        long left = inRedis.read(limit, now, 1).remaining();
        long leftHere = here.read(limit, now, 1).remaining();
        assertTrue(leftHere <= left, () -> leftHere + " of " + left);
        if (step == 0 || algorithm == Algorithm.SLIDING_WINDOW) {
          assertEquals(left, leftHere);
        }
        now += random.nextInt(700);
      }
      assertEquals(10, here.read(limit, now + 2 * windowMs, 1).remaining());
    }
  }
}
