package botbot.cache;

import botbot.testing.Answer;
import botbot.testing.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds reads against the promise of freshness: a read that starts after a write was acknowledged
 * sees it; at once on every instance, and while there is a fault at once on the instance that took
 * the write and within a second elsewhere. Each key has one writer at a time, whose writes are
 * numbered; the number is the value.
 *
 * <p>A promotion may lose what PostgreSQL acknowledged itself. What it lost need not be seen any
 * more, and once {@link #lostIsGone} must not be; all that was written before it was safe, and all
 * that is new, must be.
 */
public final class FreshnessModel {

  private static final long ELSEWHERE = TimeUnit.SECONDS.toNanos(1);
  private static final long RECOVERY = TimeUnit.SECONDS.toNanos(3);
  private static final long NEVER = Long.MAX_VALUE;

  private static final class Write {
    final int number;
    final boolean deletion;
    final Api instance;
    volatile long acknowledged = NEVER;

    /** Whether a promotion lost it. */
    volatile boolean lost;

    /** Whether a promotion may have lost it: nobody need see it. */
    volatile boolean optional;

    /** From when on nobody may see it. */
    volatile long gone = NEVER;

    Write(int number, boolean deletion, Api instance) {
      this.number = number;
      this.deletion = deletion;
      this.instance = instance;
    }

    boolean isAcknowledgedAt(long instant) {
      return acknowledged != NEVER && instant - acknowledged >= 0;
    }

    boolean isGoneAt(long instant) {
      return gone != NEVER && instant - gone >= 0;
    }
  }

  private static final class History {
    final ReentrantLock writer = new ReentrantLock();
    final List<Write> writes = new ArrayList<>();

    synchronized Write begin(boolean deletion, Api instance) {
      Write write = new Write(writes.size() + 1, deletion, instance);
      writes.add(write);
      return write;
    }

    synchronized List<Write> all() {
      return new ArrayList<>(writes);
    }
  }

  private final Map<String, History> histories = new ConcurrentHashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private volatile long faultUntil = Long.MIN_VALUE;
  private final AtomicInteger reads = new AtomicInteger();

  /** From now on there is a fault, until {@link #faultEnds}. */
  public void faultBegins() {
    faultUntil = NEVER;
  }

  /** The fault is over; recovery may take a while. */
  public void faultEnds() {
    faultUntil = System.nanoTime() + RECOVERY;
  }

  /** Notes what a scenario found wrong itself. */
  public void violated(String what) {
    violations.add(what);
  }

  /** What was found wrong. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** How many reads were checked. */
  public int reads() {
    return reads.get();
  }

  /**
   * A promotion: PostgreSQL holds these numbers, by path, and nothing else.
   *
   * @param safe {@link System#nanoTime} before which all that was acknowledged must have been kept
   * @return how many acknowledged writes it lost
   */
  public int promoted(long safe, Map<String, Integer> numbers) {
    int lost = 0;
    for (Map.Entry<String, History> entry : histories.entrySet()) {
      Integer number = numbers.get(entry.getKey());
      for (Write write : entry.getValue().all()) {
        if (write.acknowledged == NEVER) {
          write.optional = true; // on its way to the one server or to the other
        } else if (write.acknowledged - safe > 0 && isLost(write, number) && !write.optional) {
          write.optional = true;
          write.lost = true;
          lost++;
        }
      }
    }
    return lost;
  }

  private static boolean isLost(Write write, @Nullable Integer number) {
    return number == null ? !write.deletion : write.number > number;
  }

  /** From now on no read may see what a promotion lost. */
  public void lostIsGone() {
    long now = System.nanoTime();
    for (History history : histories.values()) {
      history.all().stream().filter(w -> w.lost && w.gone == NEVER).forEach(w -> w.gone = now);
    }
  }

  /** Writes the next value of a path, or reads where another write of it is under way. */
  public Answer write(Api instance, String path, String bodyFormat) {
    History history = history(path);
    if (!history.writer.tryLock()) {
      return read(instance, path);
    }
    try {
      Write write = history.begin(false, instance);
      Answer answer = instance.put(path, bodyFormat.formatted(write.number));
      if (answer.status() == 200 || answer.status() == 201) {
        write.acknowledged = System.nanoTime();
      }
      return answer;
    } finally {
      history.writer.unlock();
    }
  }

  /** Deletes a path, or reads where another write of it is under way. */
  public Answer delete(Api instance, String path) {
    History history = history(path);
    if (!history.writer.tryLock()) {
      return read(instance, path);
    }
    try {
      Write write = history.begin(true, instance);
      Answer answer = instance.delete(path);
      if (answer.status() == 204 || answer.status() == 404) {
        write.acknowledged = System.nanoTime();
      }
      return answer;
    } finally {
      history.writer.unlock();
    }
  }

  /** Reads a path and checks what is read. */
  public Answer read(Api instance, String path) {
    long start = System.nanoTime();
    boolean fault = start - faultUntil < 0 && faultUntil != Long.MIN_VALUE;
    Answer answer = instance.get(path);
    // of the writes before the start, now that it is known which of them a promotion lost meanwhile
    int floor = floor(path, instance, start, fault);
    reads.incrementAndGet();
    if (answer.status() == 200) {
      int seen = number(answer);
      if (seen < floor) {
        violations.add("read " + seen + " of " + path + " after " + floor + ": " + answer);
      }
      if (history(path).all().stream().anyMatch(w -> w.number == seen && w.isGoneAt(start))) {
        violations.add("read " + seen + " of " + path + ", which is lost: " + answer);
      }
    } else if (answer.status() == 404) {
      boolean deleted =
          history(path).all().stream()
              .anyMatch(w -> w.deletion && w.number >= floor && !w.isGoneAt(start));
      if (floor > 0 && !deleted) {
        violations.add("no " + path + " after " + floor + ": " + answer);
      }
    }
    return answer;
  }

  private int floor(String path, Api instance, long at, boolean fault) {
    int floor = 0;
    for (Write write : history(path).all()) {
      boolean must =
          write.isAcknowledgedAt(fault && write.instance != instance ? at - ELSEWHERE : at)
              && !write.optional;
      floor = must ? Math.max(floor, write.number) : floor;
    }
    return floor;
  }

  private static int number(Answer answer) {
    return answer.json().findValue("n").intValue();
  }

  private History history(String path) {
    return histories.computeIfAbsent(path, any -> new History());
  }
}
