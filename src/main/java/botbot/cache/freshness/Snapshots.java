package botbot.cache.freshness;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots in which the last looks have seen PostgreSQL. They tell since when a write has been
 * committed, by the order of transactions alone: what a snapshot shows was committed before its
 * look ended, and what it does not show was committed after its look began. Instants are {@link
 * System#nanoTime}.
 */
final class Snapshots {

  /** As many as looks fit into what a look vouches for, and one more. */
  private static final int KEPT = 6;

  /** Of the time before the first look nothing is known. */
  private static final long LONG_AGO = Duration.ofHours(1).toNanos();

  /** What was seen, by a look that was sent and answered then. */
  record Taken(long begun, long ended, String snapshot) {}

  private final Deque<Taken> taken = new ArrayDeque<>();
  private long complete = System.nanoTime() - LONG_AGO;

  /** Those that are kept, the oldest first. */
  synchronized List<String> texts() {
    return taken.stream().map(Taken::snapshot).toList();
  }

  /**
   * A look has ended.
   *
   * @param begun when it was sent
   * @param snapshot what it saw
   * @param emptied of how many of {@link #texts}, from the oldest on, it found no write any more
   * @param nothingLeft whether it found no write at all
   * @return the instant before which no write was committed that Redis may not know
   */
  synchronized long add(long begun, String snapshot, int emptied, boolean nothingLeft) {
    if (nothingLeft) {
      taken.clear();
      complete = begun;
    }
    for (int i = 0; i < emptied && !taken.isEmpty(); i++) {
      complete = taken.removeFirst().begun();
    }
    if (taken.size() == KEPT) {
      taken.removeFirst();
    }
    taken.addLast(new Taken(begun, System.nanoTime(), snapshot));
    return complete;
  }

  /** The newest whose look ended that long ago: all it shows is as old. */
  synchronized Optional<Taken> olderThan(Duration age) {
    long now = System.nanoTime();
    for (Iterator<Taken> newest = taken.descendingIterator(); newest.hasNext(); ) {
      Taken one = newest.next();
      if (now - one.ended() >= age.toNanos()) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** Of another server nothing is known yet. */
  synchronized void forget() {
    taken.clear();
    complete = System.nanoTime() - LONG_AGO;
  }
}
