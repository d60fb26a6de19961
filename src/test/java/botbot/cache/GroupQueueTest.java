package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.space.Space;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Which writes go together, and who waits for whom. */
class GroupQueueTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private record Value(long version) implements Versioned {}

  private final GroupQueue<Value> queue = new GroupQueue<>(LONG, LONG);

  /** A write of a key of its own. */
  private static GroupedWrite<Value> write() {
    return new GroupedWrite<>(
        Space.DEFAULT.key(UUID.randomUUID().toString()),
        (begun, row) -> {
          throw new AssertionError("nothing is stored here");
        },
        new Object[0]);
  }

  /** Whether the caller of another write must lead. */
  private boolean join() {
    return queue.join(write());
  }

  private List<GroupedWrite<Value>> next(List<GroupedWrite<Value>> before) {
    return assertTimeoutPreemptively(Duration.ofSeconds(10), () -> queue.next(before));
  }

  /** A group of several that is under way, alone. */
  private static List<GroupedWrite<Value>> several(GroupQueue<Value> queue, int count) {
    long leaders = IntStream.range(0, count).filter(i -> queue.join(write())).count();
    List<GroupedWrite<Value>> group = queue.next(List.of());
    assertEquals(count, group.size());
    for (long i = 1; i < leaders; i++) {
      assertTrue(queue.next(List.of()).isEmpty());
    }
    return group;
  }

  @Test
  void aLoneWriteWaitsForNobodyAndOneBesideItNeither() {
    assertTrue(join());
    List<GroupedWrite<Value>> first = next(List.of());
    assertTrue(join());
    List<GroupedWrite<Value>> second = next(List.of());
    assertFalse(join()); // two are under way
    assertEquals(1, next(first).size());
    assertTrue(next(second).isEmpty());
  }

  @Test
  void afterAGroupOfSeveralTheNextWaitsForAsMany() throws Exception {
    List<GroupedWrite<Value>> group = several(queue, 3);
    join();
    FutureTask<List<GroupedWrite<Value>>> next = new FutureTask<>(() -> queue.next(group));
    Thread leader = Thread.ofPlatform().start(next);
    Awaitility.await().until(() -> leader.getState() == Thread.State.TIMED_WAITING);
    for (int i = 0; i < 3; i++) {
      assertFalse(next.isDone());
      join();
    }
    assertEquals(4, next.get(10, TimeUnit.SECONDS).size());
  }

  @Test
  void itWaitsNoLongerThanItsPatienceAndThenGoesWithThoseThatAreThere() {
    GroupQueue<Value> impatient = new GroupQueue<>(LONG, Duration.ofMillis(1));
    List<GroupedWrite<Value>> both = several(impatient, 2);
    GroupedWrite<Value> third = write();
    assertFalse(impatient.join(third));
    assertEquals(List.of(third), impatient.next(both));
    assertTrue(impatient.next(List.of(third)).isEmpty());
    assertTrue(impatient.join(write())); // nobody leads any more
  }

  @Test
  void besideAGroupOfSeveralACrowdBeginsAnother() {
    several(queue, 2);
    int waiting = 1;
    while (!join()) {
      waiting++;
      assertTrue(waiting < 40, "nobody leads");
    }
    assertEquals(waiting, next(List.of()).size());
  }

  @Test
  void besideAGroupThatTakesLongAnotherBegins() {
    several(queue, 2);
    Awaitility.await().until(this::join);
  }
}
