package botbot.cache.freshness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SnapshotsTest {

  private final Snapshots snapshots = new Snapshots();
  private final long start = System.nanoTime();

  @Test
  void whereNothingIsLeftEverythingBeforeTheLookIsKnown() {
    assertEquals(start, snapshots.add(start, "a", 0, true));
    assertEquals(List.of("a"), snapshots.texts());
  }

  @Test
  void writesUnderWayHoldItBackToTheLookThatDidNotSeeThem() {
    snapshots.add(start, "a", 0, true);
    assertEquals(start, snapshots.add(start + 1, "b", 1, false), "nothing of a is left");
    assertEquals(start, snapshots.add(start + 2, "c", 0, false), "something of b is");
    assertEquals(start + 1, snapshots.add(start + 3, "d", 1, false), "now it has gone");
    assertEquals(List.of("c", "d"), snapshots.texts());
    assertEquals(start + 3, snapshots.add(start + 4, "e", 2, false));
  }

  @Test
  void ofWhatWasBeforeTheFirstLookNothingIsKnown() {
    long complete = snapshots.add(start, "a", 0, false);
    assertTrue(start - complete > Duration.ofMinutes(1).toNanos());
    snapshots.add(start + 1, "b", 1, false);
    snapshots.forget();
    assertEquals(List.of(), snapshots.texts());
    complete = snapshots.add(start + 2, "c", 0, false);
    assertTrue(start - complete > Duration.ofMinutes(1).toNanos());
  }

  @Test
  void aWriteThatStaysDoesNotMakeThemGrow() {
    snapshots.add(start, "0", 0, true);
    long complete = 0;
    for (int i = 1; i < 100; i++) {
      complete = snapshots.add(start + i, "" + i, i == 1 ? 1 : 0, false);
    }
    assertEquals(start, complete);
    assertEquals(IntStream.range(94, 100).mapToObj(i -> "" + i).toList(), snapshots.texts());
    assertEquals(start + 99, snapshots.add(start + 100, "100", 6, false));
  }

  @Test
  void whatIsReplayedWasCommittedThatLongAgo() {
    assertEquals(Optional.empty(), snapshots.olderThan(Duration.ZERO));
    snapshots.add(start, "a", 0, false);
    snapshots.add(start, "b", 0, false);
    assertEquals(
        Optional.of("b"), snapshots.olderThan(Duration.ZERO).map(Snapshots.Taken::snapshot));
    assertEquals(Optional.empty(), snapshots.olderThan(Duration.ofMinutes(1)));
  }
}
