package botbot.ratelimit.batch;

import static botbot.ratelimit.batch.ScriptedRedis.EVER;
import static botbot.ratelimit.batch.ScriptedRedis.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.ratelimit.counter.Algorithm;
import botbot.ratelimit.counter.Limit;
import botbot.ratelimit.counter.Operations;
import botbot.ratelimit.counter.Oracle;
import botbot.ratelimit.rule.OnOutage;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.Rules;
import botbot.ratelimit.rule.Verdict;
import botbot.testing.RedisServer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateScriptTest {

  private static final int OPERATIONS = 100_000;

  private static ScriptedRedis redis;
  private static RedisServer server;

  @BeforeAll
  static void start() {
    redis = new ScriptedRedis();
    server = redis.server();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void flush() {
    server.command("FLUSHALL");
  }

  private record Step(RateBatch batch, long now, CompletableFuture<Response> reply) {}

  @ParameterizedTest
  @EnumSource
  void agreesWithTheOracle(Algorithm algorithm) {
    agreesWithTheOracle(algorithm, Operations.Scale.MILLISECONDS, OPERATIONS);
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheOracleOnAnyClock(Operations.Scale scale) {
    agreesWithTheOracle(Algorithm.SLIDING_WINDOW, scale, OPERATIONS / 4);
  }

  private static void agreesWithTheOracle(Algorithm algorithm, Operations.Scale scale, int count) {
    Operations operations = new Operations(11, scale);
    Map<String, Oracle> oracles = new HashMap<>();
    List<Step> steps = new ArrayList<>();
    int done = 0;
    while (done < count) {
      long now = operations.later();
      List<BatchEntry> entries = new ArrayList<>();
      for (int i = 0; i < 1 + done % 3; i++, done++) {
        Limit limit = operations.limit();
        Rule rule =
            Rules.rule("p", limit.count(), limit.windowMs(), algorithm, OnOutage.LOCAL, false);
        long cost = operations.cost(rule.limit());
        entries.add(check("s" + done % 2, cost, rule));
      }
      RateBatch batch = new RateBatch(entries);
      steps.add(new Step(batch, now, run(batch, EVER, now)));
      if (steps.size() == 500) {
        steps.forEach(step -> compare(step, algorithm, oracles));
        steps.clear();
      }
    }
    steps.forEach(step -> compare(step, algorithm, oracles));
  }

  private static void compare(Step step, Algorithm algorithm, Map<String, Oracle> oracles) {
    RateBatch.Reply reply = step.batch().reply(step.reply().join());
    assertEquals(step.now(), reply.now());
    assertEquals(List.of(), reply.repairs());
    for (int i = 0; i < step.batch().entries().size(); i++) {
      BatchEntry entry = step.batch().entries().get(i);
      String key = entry.keys().getFirst();
      Rule rule = entry.rules().getFirst();
      Oracle oracle =
          oracles.computeIfAbsent(
              key, any -> new Oracle(algorithm, rule.limit().windowMs(), rule.phase(key)));
      Verdict said = reply.verdicts().get(i).getFirst();
      Operations.compare(
          key + " at " + step.now(), oracle, rule.limit(), step.now(), entry.cost(), said);
    }
  }

  @Test
  void chargesAllPoliciesOrNone() {
    Rule minute = Rules.sliding("minute", 10, 60_000);
    Rule halfHour = Rules.sliding("half-hour", 30, 1_800_000);
    int admitted = 0;
    long left = 0;
    for (int i = 0; i < 31; i++) {
      List<Verdict> verdicts = ask(Operations.START, check("user", 1, minute, halfHour)).getFirst();
      admitted += verdicts.stream().noneMatch(Verdict::denies) ? 1 : 0;
      left = verdicts.getLast().reading().remaining();
    }
    assertEquals(10, admitted);
    assertEquals(20, left);
  }

  @Test
  void twoWindowsNeverAdmitTwiceTheLimitWithinOne() {
    admits(Algorithm.SLIDING_WINDOW, 10, units -> units < 20);
  }

  @Test
  void exactNeverAdmitsMoreThanTheLimitInAnyWindow() {
    admits(Algorithm.EXACT, 10, units -> units <= 10);
  }

  /** Whether a condition holds of the units in every window that ends with an admission. */
  private static void admits(Algorithm algorithm, long limit, LongPredicate holds) {
    Rule rule = Rules.rule("p", limit, 1_000, algorithm, OnOutage.LOCAL, false);
    Random random = new Random(3);
    Oracle admitted = new Oracle(Algorithm.EXACT, 1_000, 0);
    long now = Operations.START;
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      now += random.nextInt(8) == 0 ? random.nextInt(600) : random.nextInt(3);
      RateBatch batch = new RateBatch(List.of(check("user", 1, rule)));
      steps.add(new Step(batch, now, run(batch, EVER, now)));
    }
    for (Step step : steps) {
      Verdict said = step.batch().reply(step.reply().join()).verdicts().getFirst().getFirst();
      if (!said.refused()) {
        admitted.charge(step.now(), 1);
        long units = admitted.sum(step.now() - 1_000, step.now());
        assertTrue(holds.test(units), () -> units + " by " + step.now());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SLIDING_WINDOW, 50", "SLIDING_WINDOW, 200", "EXACT, 50", "EXACT, 200"})
  void atTwiceTheLimitAdmitsTheLimitPerWindow(Algorithm algorithm, long limit) {
    Rule rule = Rules.rule("p", limit, 10_000, algorithm, OnOutage.LOCAL, false);
    List<Step> steps = new ArrayList<>();
    for (long at = 0; at < 20 * 10_000; at += 10_000 / (2 * limit)) {
      RateBatch batch = new RateBatch(List.of(check("user", 1, rule)));
      long now = Operations.START + at;
      steps.add(new Step(batch, now, run(batch, EVER, now)));
    }
    long admitted =
        steps.stream()
            .map(step -> step.batch().reply(step.reply().join()).verdicts().getFirst().getFirst())
            .filter(verdict -> !verdict.refused())
            .count();
    double perWindow = admitted / 20.0 / limit;
    assertTrue(perWindow >= 0.97 && perWindow <= 1.03, () -> perWindow + " of the limit");
  }

  @ParameterizedTest
  @EnumSource
  void aShadowIsNotChargedForWhatAnotherPolicyDenies(Algorithm algorithm) {
    Rule shadow = Rules.rule("a", 5, 60_000, algorithm, OnOutage.LOCAL, true);
    Rule real = Rules.sliding("b", 1, 60_000);
    for (int i = 0; i < 3; i++) {
      List<Verdict> verdicts = ask(Operations.START, check("user", 1, shadow, real)).getFirst();
      assertEquals(4, verdicts.getFirst().reading().remaining());
      assertEquals(i > 0, verdicts.getLast().denies());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aShadowCountsAsIfItWereInForceAndDeniesNobody(Algorithm algorithm) {
    Rule shadow = Rules.rule("a", 2, 60_000, algorithm, OnOutage.LOCAL, true);
    Rule real = Rules.sliding("b", 5, 60_000);
    for (int i = 0; i < 5; i++) {
      List<Verdict> verdicts = ask(Operations.START, check("user", 1, shadow, real)).getFirst();
      assertEquals(i >= 2, verdicts.getFirst().refused());
      assertFalse(verdicts.getFirst().denies());
      assertEquals(Math.max(0, 1 - i), verdicts.getFirst().reading().remaining());
      assertEquals(4 - i, verdicts.getLast().reading().remaining());
    }
  }

  @Test
  void weighsCosts() {
    Rule rule = Rules.sliding("cost", 2_000, 60_000);
    long[] costs = {1_000, 1_500, 500, 400, 100, 1};
    long[] remaining = {1_000, 1_000, 500, 100, 0, 0};
    boolean[] denied = {false, true, false, false, false, true};
    for (int i = 0; i < costs.length; i++) {
      Verdict verdict = ask(Operations.START, check("user", costs[i], rule)).getFirst().getFirst();
      assertEquals(denied[i], verdict.denies());
      assertEquals(remaining[i], verdict.reading().remaining());
    }
  }

  @ParameterizedTest
  @EnumSource
  void startsAfresh(Algorithm algorithm) {
    Rule rule = Rules.rule("p", 3, 60_000, algorithm, OnOutage.LOCAL, false);
    ask(Operations.START, check("user", 3, rule));
    ask(Operations.START, BatchEntry.afresh(Rules.USER, List.of(rule)));
    assertEquals(0L, server.command("DBSIZE"));
  }

  @Test
  void chargesNothingWhenItIsTooLate() {
    Rule rule = Rules.sliding("p", 3, 60_000);
    RateBatch batch = new RateBatch(List.of(check("user", 1, rule)));
    assertTrue(batch.reply(run(batch, Operations.START - 1, Operations.START).join()).late());
    assertTrue(batch.reply(run(batch, 1, 0).join()).late());
    assertEquals(0L, server.command("DBSIZE"));
  }

  @ParameterizedTest
  @EnumSource
  void aClockThatStepsBackByLessThanAWindowGivesNothingBack(Algorithm algorithm) {
    Rule rule = Rules.rule("p", 3, 60_000, algorithm, OnOutage.LOCAL, false);
    ask(Operations.START, check("user", 3, rule));
    RateBatch batch = new RateBatch(List.of(check("user", 1, rule)));
    RateBatch.Reply reply = batch.reply(run(batch, EVER, Operations.START - 50_000).join());
    assertEquals(List.of(), reply.repairs());
    assertTrue(reply.verdicts().getFirst().getFirst().denies());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"garbage", "", "5", "28333333 0 -1", "eighteen letters!!", "999999999999999999"})
  void repairsAWindowThatIsNotSound(String text) {
    repairs(Rules.sliding("p", 3, 60_000), "SET", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "", "12345678901", "123456789012", "\0\0\0\0\0\0\0\0\0\0\0\0"})
  void repairsALogThatIsNotSound(String text) {
    repairs(Rules.exact("p", 3, 60_000), "SET", text);
  }

  @ParameterizedTest
  @EnumSource
  void repairsAListUnderACountersName(Algorithm algorithm) {
    repairs(Rules.rule("p", 3, 60_000, algorithm, OnOutage.LOCAL, false), "LPUSH", "x");
  }

  private static void repairs(Rule rule, String command, String value) {
    String key = rule.key(Rules.USER);
    server.command(command, key, value);
    server.command("PEXPIRE", key, "100000");
    RateBatch batch = new RateBatch(List.of(check("user", 1, rule), check("user", 1, rule)));
    RateBatch.Reply reply = batch.reply(run(batch, EVER, Operations.START).join());
    assertEquals(List.of(new RateBatch.Repair(rule, key, false)), reply.repairs());
    assertEquals(1, reply.verdicts().getLast().getFirst().reading().remaining());
    assertEquals("string", server.command("TYPE", key));
    assertTrue((Long) server.command("PTTL", key) > 50_000);
  }

  @ParameterizedTest
  @EnumSource
  void givesACounterWithoutTimeToLiveOneAgain(Algorithm algorithm) {
    Rule rule = Rules.rule("p", 3, 60_000, algorithm, OnOutage.LOCAL, false);
    ask(Operations.START, check("user", 2, rule));
    // what is only asked, denied and admitted
    for (int cost : List.of(0, 2, 1)) {
      server.command("PERSIST", rule.key(Rules.USER));
      RateBatch batch = new RateBatch(List.of(check("user", cost, rule)));
      RateBatch.Reply reply = batch.reply(run(batch, EVER, Operations.START).join());
      assertEquals(0, reply.repairs().size());
      assertEquals(cost == 1 ? 0 : 1, reply.verdicts().getFirst().getFirst().reading().remaining());
      assertTrue((Long) server.command("PTTL", rule.key(Rules.USER)) > 0);
    }
  }

  @Test
  void aSlidingWindowCostsAtMost200BytesASubject() {
    Rule rule = Rules.sliding("messages-per-minute", 1_000_000_000, 60_000);
    long before = used();
    for (int i = 0; i < 100; i++) {
      BatchEntry[] entries = new BatchEntry[200];
      for (int j = 0; j < entries.length; j++) {
        entries[j] = check("user-%08d".formatted(i * 200 + j), 123_456, rule);
      }
      ask(Operations.START, entries);
    }
    long each = (used() - before) / 20_000;
    assertTrue(each <= 200, () -> each + " bytes");
  }

  private static long used() {
    String info = (String) server.command("INFO", "memory");
    return info.lines()
        .filter(line -> line.startsWith("used_memory_dataset:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static List<List<Verdict>> ask(long now, BatchEntry... entries) {
    return redis.ask(now, entries);
  }

  private static CompletableFuture<Response> run(RateBatch batch, long latest, long now) {
    return redis.run(batch, latest, now);
  }
}
