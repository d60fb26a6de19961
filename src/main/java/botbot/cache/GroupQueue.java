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
import java.util.concurrent.locks.ReentrantLock;

/** Writes that wait for a group, and who leads one. */
final class GroupQueue<V extends Versioned> {

  /** So many groups are under way at once: the more, the smaller they are. */
  private static final int AT_ONCE = 2;

  private static final int MOST = 64;

  /** The most characters in a group, unless a single write is longer. */
  private static final int LENGTH = 512 << 10;

  private final Duration wait;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<GroupedWrite<V>> waiting = new ArrayList<>();
  private final Set<Key> underWay = new HashSet<>();
  private int leaders;

  /**
   * @param wait so long a write waits for its turn
   */
  GroupQueue(Duration wait) {
    this.wait = wait;
  }

  /** Adds a write. Whether its caller must lead the next group. */
  boolean join(GroupedWrite<V> mine) {
    lock.lock();
    try {
      waiting.add(mine);
      if (leaders == AT_ONCE) {
        return false;
      }
      leaders++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Those who go next, writes of one key beside each other; the leader steps down for want of any.
   *
   * @param before the group that the leader has just finished
   */
  List<GroupedWrite<V>> next(Collection<GroupedWrite<V>> before) {
    lock.lock();
    try {
      before.forEach(member -> underWay.remove(member.key()));
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
      if (group.isEmpty()) {
        leaders--;
      }
      return group.values().stream().flatMap(List::stream).toList();
    } finally {
      lock.unlock();
    }
  }
}
