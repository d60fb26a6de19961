package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.Pause;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.awaitility.Awaitility;

/** Random writes and reads on two instances while things fail, held against the model. */
final class Chaos {

  private static final String BODY = "{\"userId\":\"u\",\"data\":{\"n\":%d}}";
  private static final String PREFERENCES = "{\"preferences\":{\"n\":%d}}";
  private static final String PROBE = "/v1/users/probe/preferences";
  private static final int PER_SECOND = 120;

  /** Successful writes in a row, so that no connection is left that refuses them. */
  private static final int IN_A_ROW = 20;

  /**
   * What may go wrong for some milliseconds.
   *
   * @param refusesWrites whether writes, and reads of what Redis does not hold, may be 503
   */
  record Fault(String name, boolean refusesWrites, IntConsumer strike) {

    static Fault of(String name, IntConsumer strike) {
      return new Fault(name, false, strike);
    }

    static Fault ofPostgres(String name, IntConsumer strike) {
      return new Fault(name, true, strike);
    }
  }

  private final FreshnessModel model;
  private final List<ServiceInstance> instances;
  private final Runnable beforeEach;
  private final List<Fault> faults;
  private volatile boolean mayFail;
  private volatile String lastFault = "no fault";

  /**
   * Chaos on two instances.
   *
   * @param beforeEach runs a while before each fault
   */
  Chaos(
      FreshnessModel model,
      List<ServiceInstance> instances,
      Runnable beforeEach,
      List<Fault> faults) {
    this.model = model;
    this.instances = instances;
    this.beforeEach = beforeEach;
    this.faults = faults;
  }

  /** Has one fault after the other, each as often as any other, for so long. */
  void run(long seed, Duration duration) {
    awaitHits();
    int readsBefore = model.reads();
    int violationsBefore = model.violations().size();
    List<String> had = new ArrayList<>();
    Random random = new Random(seed);
    Iterator<Fault> next = Collections.emptyIterator();
    long end = System.nanoTime() + duration.toNanos();
    List<Sample> samples;
    try (Load load = Load.start(PER_SECOND, duration, number -> call(seed, number))) {
      while (System.nanoTime() - end < 0) {
        beforeEach.run();
        Pause.millis(500 + random.nextInt(2500));
        if (!next.hasNext()) {
          List<Fault> order = new ArrayList<>(faults);
          Collections.shuffle(order, random);
          next = order.iterator();
        }
        Fault fault = next.next();
        had.add(fault.name());
        strike(fault, 200 + random.nextInt(3000));
      }
      samples = load.await();
    }
    int reads = model.reads() - readsBefore;
    System.out.printf(
        "chaos: seed %d, %d requests, %d reads checked, %d violations; %s%n",
        seed, samples.size(), reads, model.violations().size() - violationsBefore, had);
    assertTrue(reads > duration.toSeconds() * 20, () -> "only " + reads + " reads");
  }

  /** Nothing was wrong. */
  void assertSound() {
    assertEquals(List.of(), model.violations());
    for (ServiceInstance instance : instances) {
      assertEquals(List.of(), instance.errors());
    }
  }

  private Answer call(long seed, int number) {
    // of a Random whose seed is counted up the first number is the same for thousands of calls
    SplittableRandom mine = new SplittableRandom(seed * 1_000_003 + number);
    Api api = instances.get(mine.nextInt(2)).api();
    int key = mine.nextInt(30);
    String id = "c" + seed + "-" + key;
    String path = key % 2 == 0 ? "/v1/users/" + id + "/preferences" : "/v1/sessions/" + id;
    int kind = mine.nextInt(20);
    boolean mightFail = mayFail;
    Answer answer =
        kind < 5
            ? model.write(api, path, key % 2 == 0 ? PREFERENCES : BODY)
            : kind < 6 ? model.delete(api, path) : model.read(api, path);
    if (answer.status() >= 500 && !mightFail && !mayFail) {
      model.violated("an error of " + path + " after " + lastFault + ": " + answer);
    }
    return answer;
  }

  private void strike(Fault fault, int millis) {
    lastFault = fault.name() + " for " + millis + " ms at " + Instant.now();
    model.faultBegins();
    mayFail = fault.refusesWrites();
    fault.strike().accept(millis);
    if (fault.refusesWrites()) {
      instances.forEach(instance -> awaitWrites(instance.api()));
      model.lostIsGone();
      Pause.millis(1000);
      mayFail = false;
    }
    model.faultEnds();
  }

  private static void awaitWrites(Api api) {
    Awaitility.await("writes again")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              for (int i = 0; i < IN_A_ROW; i++) {
                if (api.put(PROBE, "{\"preferences\":{}}").status() >= 300) {
                  return false;
                }
              }
              return true;
            });
  }

  /** Waits until both read from Redis: whatever was broken heals. */
  private void awaitHits() {
    instances.forEach(instance -> awaitWrites(instance.api()));
    for (ServiceInstance instance : instances) {
      Awaitility.await("hits again")
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> instance.api().get(PROBE).cacheStatus().equals("redis; hit"));
    }
  }
}
