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
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds reads against the promise of freshness: a read that starts after a write was acknowledged
 * sees it; at once on every instance, and while there is a fault at once on the instance that took
 * the write and within a second elsewhere. Each key has one writer at a time, whose writes are
 * numbered; the number is the value.
 */
final class FreshnessModel {

  private static final long ELSEWHERE = TimeUnit.SECONDS.toNanos(1);
  private static final long RECOVERY = TimeUnit.SECONDS.toNanos(3);
  private static final long NEVER = Long.MAX_VALUE;

  private static final class Write {
    final int number;
    final boolean deletion;
    final Api instance;
    volatile long acknowledged = NEVER;

    Write(int number, boolean deletion, Api instance) {
      this.number = number;
      this.deletion = deletion;
      this.instance = instance;
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
  private volatile int reads;

  /** From now on there is a fault, until {@link #faultEnds}. */
  void faultBegins() {
    faultUntil = NEVER;
  }

  /** The fault is over; recovery may take a while. */
  void faultEnds() {
    faultUntil = System.nanoTime() + RECOVERY;
  }

  /** Notes what a scenario found wrong itself. */
  void violated(String what) {
    violations.add(what);
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  int reads() {
    return reads;
  }

  /** Writes the next value of a path, or reads where another write of it is under way. */
  Answer write(Api instance, String path, String bodyFormat) {
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
  Answer delete(Api instance, String path) {
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
  Answer read(Api instance, String path) {
    long start = System.nanoTime();
    boolean fault = start - faultUntil < 0 && faultUntil != Long.MIN_VALUE;
    int floor = floor(path, instance, start, fault);
    Answer answer = instance.get(path);
    reads++;
    if (answer.status() == 200) {
      int seen = number(answer);
      if (seen < floor) {
        violations.add("read " + seen + " of " + path + " after " + floor + ": " + answer);
      }
    } else if (answer.status() == 404) {
      boolean deleted = history(path).all().stream().anyMatch(w -> w.deletion && w.number >= floor);
      if (floor > 0 && !deleted) {
        violations.add("no " + path + " after " + floor + ": " + answer);
      }
    }
    return answer;
  }

  private int floor(String path, Api instance, long at, boolean fault) {
    int floor = 0;
    for (Write write : history(path).all()) {
      long acknowledged = write.acknowledged;
      boolean must =
          acknowledged != NEVER
              && at - acknowledged >= 0
              && (!fault || write.instance == instance || at - acknowledged >= ELSEWHERE);
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
