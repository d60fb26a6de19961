package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Frozen;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Random writes, reads and faults on two instances, held against the model of freshness. {@code
 * -Dbotbot.chaos.seed=} replays the faults of a run, {@code -Dbotbot.chaos.seconds=} sets how long
 * it takes.
 */
class ChaosIT {

  private static final String BODY = "{\"userId\":\"u\",\"data\":{\"n\":%d}}";
  private static final String PREFERENCES = "{\"preferences\":{\"n\":%d}}";

  private final long seed = Long.getLong("botbot.chaos.seed", System.nanoTime() & 0xffff);
  private final int seconds = Integer.getInteger("botbot.chaos.seconds", 60);
  private final Random random = new Random(seed);
  private final FreshnessModel model = new FreshnessModel();
  private final AtomicBoolean postgresIsAway = new AtomicBoolean();
  private final TwoInstances two = TwoInstances.healthy();
  private volatile String lastFault = "no fault";
  private Path snapshot;

  @Test
  void everyReadIsAsFreshAsPromisedWhateverFails() {
    System.out.println("chaos: seed " + seed + ", " + seconds + " s");
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    try (Load load = Load.start(120, Duration.ofSeconds(seconds), this::call)) {
      while (System.nanoTime() < end) {
        // of the epoch in force: what it holds may be read until a restored server is noticed
        snapshot = two.redis.snapshot();
        pause(500 + random.nextInt(2500));
        model.faultBegins();
        fault();
        model.faultEnds();
      }
      List<Sample> samples = load.await();
      System.out.printf(
          "chaos: seed %d, %d requests, %d reads checked, %d violations%n",
          seed, samples.size(), model.reads(), model.violations().size());
    }
    assertEquals(List.of(), model.violations(), "seed " + seed);
    assertEquals(List.of(), two.a.errors(), "seed " + seed);
    assertEquals(List.of(), two.b.errors(), "seed " + seed);
    assertTrue(model.reads() > seconds * 20, () -> "only " + model.reads() + " reads");
  }

  private Answer call(int number) {
    Random mine = new Random(seed * 1_000_003 + number);
    Api api = mine.nextBoolean() ? two.a.api() : two.b.api();
    int key = mine.nextInt(30);
    String path = key % 2 == 0 ? "/v1/users/c" + key + "/preferences" : "/v1/sessions/c" + key;
    int kind = mine.nextInt(20);
    boolean mayFail = postgresIsAway.get();
    Answer answer =
        kind < 5
            ? model.write(api, path, key % 2 == 0 ? PREFERENCES : BODY)
            : kind < 6 ? model.delete(api, path) : model.read(api, path);
    if (answer.status() >= 500 && !mayFail && !postgresIsAway.get()) {
      model.violated("an error of " + path + " after " + lastFault + ": " + answer);
    }
    return answer;
  }

  private void fault() {
    int kind = random.nextInt(8);
    int length = 200 + random.nextInt(3000);
    lastFault = "fault " + kind + " of " + length + " ms at " + Instant.now();
    switch (kind) {
      case 0 -> {
        two.redis.kill();
        pause(length);
        two.redis.start();
      }
      case 1 -> {
        two.redis.kill();
        pause(length / 2);
        two.redis.startFrom(snapshot);
      }
      case 2 -> {
        try (Frozen frozen = two.redis.freeze()) {
          pause(length);
        }
      }
      case 3 -> two.redis.command("FLUSHALL");
      case 4 -> {
        two.wayOfA.cut();
        pause(length);
        two.wayOfA.restore();
      }
      case 5 -> {
        try (Frozen frozen = two.b.freeze()) {
          pause(length);
        }
      }
      case 6 -> {
        postgresIsAway.set(true);
        two.postgres.kill();
        pause(length);
        two.postgres.start();
        for (Api api : two.apis()) {
          Awaitility.await("PostgreSQL in use again")
              .atMost(Duration.ofSeconds(20))
              .until(() -> api.put("/v1/sessions/probe", BODY.formatted(0)).status() < 300);
        }
        pause(1000);
        postgresIsAway.set(false);
      }
      default -> two.a.api().post("/v1/status/new-epoch", "").expect(204);
    }
  }

  private static void pause(int millis) {
    long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofMinutes(1))
        .until(() -> System.nanoTime() - end >= 0);
  }
}
