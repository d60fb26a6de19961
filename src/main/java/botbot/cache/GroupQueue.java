package botbot.cache;

import botbot.space.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Writes that wait for a group, and who leads one. */
final class GroupQueue<V extends Versioned> {

  /** So many groups are under way at once at most: the more, the smaller they are. */
  private static final int AT_ONCE = 2;

  /** Beside a group of several another one begins only when so many wait, */
  private static final int CROWD = 32;

  /** or when it has been under way for so long, on a connection that is slow or dead. */
  private static final long SLOW_NANOS = Duration.ofMillis(10).toNanos();

  private static final int MOST = 64;

  /** The most characters in a group, unless a single write is longer. */
  private static final int LENGTH = 512 << 10;

  private static final int NONE = Integer.MAX_VALUE;

  private final Duration wait;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<GroupedWrite<V>> waiting = new ArrayList<>();
  private final Set<Key> underWay = new HashSet<>();
  private final Condition company = lock.newCondition();
  private int leaders;

  /** How many groups of several are under way, or wait for company after they were, */
  private int several;

  /** and since when the last of them. */
  private long since;

  /** How many are to wait before the next group begins; {@link #NONE}: no group waits. */
  private int expected = NONE;

  /**
   * @param wait so long a write waits for its turn
   * @param patience so long at most a group waits, after one of several, for those that were in it
   *     to come again
   */
  GroupQueue(Duration wait, Duration patience) {
    this.wait = wait;
    this.patience = patience;
  }

  /** Adds a write. Whether its caller must lead the next group. */
  boolean join(GroupedWrite<V> mine) {
    lock.lock();
    try {
      waiting.add(mine);
      if (waiting.size() >= expected) {
        company.signal();
      }
      if (!mayBeginBeside(leaders)) {
        return false;
      }
      leaders++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean mayBeginBeside(int others) {
    return others == 0
        || (others < AT_ONCE
            && (several == 0 || waiting.size() >= CROWD || System.nanoTime() - since > SLOW_NANOS));
  }

  /**
   * Those who go next, writes of one key beside each other; the leader steps down for want of any,
   * or where they are to join the group after another one that is under way. After a group of
   * several it waits a moment: those callers write again, as a rule, and one large group costs less
   * than two small ones.
   *
   * @param before the group that the leader has just finished
   */
  List<GroupedWrite<V>> next(Collection<GroupedWrite<V>> before) {
    lock.lock();
    try {
      before.forEach(member -> underWay.remove(member.key()));
      if (before.size() > 1) {
        awaitCompany(before.size());
        several--;
      }
      if (!mayBeginBeside(leaders - 1)) {
        leaders--;
        return List.of();
      }
      Map<Key, List<GroupedWrite<V>>> group = new LinkedHashMap<>();
      int size = 0;
      int length = 0;
      long now = System.nanoTime();
      for (Iterator<GroupedWrite<V>> all = waiting.iterator(); all.hasNext() && size < MOST; ) {
        GroupedWrite<V> member = all.next();
        if (member.hasWaitedFor(wait, now)) {
          all.remove();
          member.late();
          continue;
        }
        if (size > 0 && length + member.length() > LENGTH) {
          break;
        }
        if (!underWay.contains(member.key())) {
          all.remove();
          group.computeIfAbsent(member.key(), key -> new ArrayList<>(1)).add(member);
          size++;
          length += member.length();
        }
      }
      underWay.addAll(group.keySet());
      if (size == 0) {
        leaders--;
      } else if (size > 1) {
        several++;
        since = now;
      }
      return group.values().stream().flatMap(List::stream).toList();
    } finally {
      lock.unlock();
    }
  }

  private void awaitCompany(int served) {
    if (expected != NONE) {
      return; // the other leader waits for them
    }
    expected = Math.min(MOST, waiting.size() + served);
    since = System.nanoTime();
    try {
      long left = patience.toNanos();
      while (waiting.size() < expected && left > 0) {
        left = company.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      expected = NONE;
    }
  }
}
