package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.ratelimit.Decision.Counted;
import botbot.ratelimit.batch.Skewed;
import botbot.ratelimit.local.LastReadings;
import botbot.ratelimit.local.LocalLimiter;
import botbot.ratelimit.local.MergeBack;
import botbot.ratelimit.rule.Check;
import botbot.ratelimit.rule.RateConfig;
import botbot.ratelimit.rule.RuleSet;
import botbot.ratelimit.rule.Rules;
import botbot.ratelimit.rule.Source;
import botbot.redis.RedisDoor;
import botbot.space.Space;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two engines in one process, of which one has a wall clock that is wrong. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class SkewedClocksTest {

  @Inject Vertx vertx;
  @Inject RedisDoor door;
  @Inject RateConfig config;

  @Test
  void aClockThatIsFiveSecondsOffAdmitsExactlyTheLimitAsWell() {
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(door::available);
    RuleSet rules =
        new RuleSet(Space.DEFAULT, List.of(Rules.sliding("p" + UUID.randomUUID(), 100, 60_000)));
    RateEngine right = engine(0);
    RateEngine ahead = engine(5_000);
    RateEngine behind = engine(-5_000);
    List<Future<Decision>> decisions = new ArrayList<>();
    Check check = new Check(Rules.USER, Check.NONE, Check.NONE, 1);
    for (int i = 0; i < 500; i++) {
      RateEngine engine = i % 3 == 0 ? right : i % 3 == 1 ? ahead : behind;
      decisions.add(engine.decide(check, rules));
    }
    TreeMap<Long, Integer> remaining = new TreeMap<>();
    for (Future<Decision> decision : decisions) {
      Counted counted =
          (Counted)
              decision
                  .toCompletionStage()
                  .toCompletableFuture()
                  .orTimeout(5, TimeUnit.SECONDS)
                  .join();
      assertEquals(Source.REDIS, counted.source());
      if (counted.allowed()) {
        remaining.merge(counted.verdicts().getFirst().reading().remaining(), 1, Integer::sum);
      }
    }
    int admitted = remaining.values().stream().mapToInt(times -> times).sum();
    assertTrue(admitted >= 100 && admitted <= 102, () -> admitted + " admitted");
    if (admitted == 100) {
      assertEquals(
          IntStream.range(0, 100).mapToObj(Long::valueOf).toList(),
          List.copyOf(remaining.keySet()));
    }
  }

  private RateEngine engine(long skewMs) {
    Skewed skewed = Skewed.by(skewMs, vertx, door, config);
    LastReadings readings = new LastReadings();
    LocalLimiter local = new LocalLimiter(config, readings);
    MergeBack mergeBack = new MergeBack(door, local, skewed.batchers(), skewed.clock(), config);
    return new RateEngine(
        door,
        skewed.batchers(),
        new Denials(skewed.clock(), config),
        readings,
        local,
        mergeBack,
        skewed.clock());
  }
}
