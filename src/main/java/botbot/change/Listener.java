package botbot.change;

import botbot.space.Space;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One open stream: a position, and at most one batch on its way. It pulls; what it has not taken
 * stays in PostgreSQL. Instants are {@link System#nanoTime}.
 */
final class Listener {

  /** The position of a listener while it is not known where it begins. */
  static final long UNSETTLED = -1;

  private final Space space;
  private final Duration heartbeat;
  private final Runnable cut;
  private long position;
  private long heartbeatDue;
  private long sentAt;
  private boolean sending;
  private boolean reading;
  private @Nullable CompletableFuture<List<Change>> wanted;

  /**
   * A listener of a space that has seen everything in it up to {@code position}, or is {@link
   * #UNSETTLED}.
   *
   * @param cut closes its connection
   */
  Listener(Space space, long position, Duration heartbeat, long now, Runnable cut) {
    this.space = space;
    this.position = position;
    this.heartbeat = heartbeat;
    this.heartbeatDue = now;
    this.cut = cut;
  }

  /** Asks for the next batch; an empty one stands for a heartbeat. */
  synchronized CompletableFuture<List<Change>> next() {
    wanted = new CompletableFuture<>();
    return wanted;
  }

  /** An event is on its way to the client. */
  synchronized void sent(long now) {
    sending = true;
    sentAt = now;
  }

  /** The client has taken what was sent. */
  synchronized void taken() {
    sending = false;
  }

  /** Cuts the connection if the client has not taken what was sent {@code patience} ago. */
  void cutIfStalled(long now, Duration patience) {
    boolean stalled;
    synchronized (this) {
      stalled = sending && now - sentAt > patience.toNanos();
    }
    if (stalled) {
      cut();
    }
  }

  /** Closes the connection; the client catches up when it returns, here or elsewhere. */
  void cut() {
    cut.run();
  }

  /** Sends the heartbeat if it is due. */
  void heartbeat(long now) {
    CompletableFuture<List<Change>> batch;
    synchronized (this) {
      if (wanted == null || now - heartbeatDue < 0) {
        return;
      }
      heartbeatDue = now + heartbeat.toNanos();
      batch = take();
    }
    batch.complete(List.of());
  }

  /**
   * Sends what is recent, if the listener waits for it. Where it is further behind, a read from
   * PostgreSQL begins: the revision after which to read.
   */
  OptionalLong serve(Recent recent) {
    List<Change> changes;
    synchronized (this) {
      if (wanted == null || reading) {
        return OptionalLong.empty();
      }
      changes = recent.after(position).orElse(null);
      if (changes == null) {
        reading = true;
        return OptionalLong.of(position);
      }
    }
    send(changes, recent.latest());
    return OptionalLong.empty();
  }

  /** Tells where the listener begins. */
  synchronized void settle(long start) {
    position = start;
  }

  /** Ends a read, which found these changes: all there were up to {@code revision}, or failed. */
  void endReading(List<Change> changes, long revision) {
    synchronized (this) {
      reading = false;
    }
    send(changes, revision);
  }

  Space space() {
    return space;
  }

  private void send(List<Change> changes, long seen) {
    CompletableFuture<List<Change>> batch;
    List<Change> unseen;
    synchronized (this) {
      if (wanted == null) {
        return;
      }
      unseen =
          changes.stream()
              .filter(change -> change.revision() > position && change.space().equals(space))
              .toList();
      position = Math.max(position, seen);
      if (unseen.isEmpty()) {
        return;
      }
      batch = take();
    }
    batch.complete(unseen);
  }

  private CompletableFuture<List<Change>> take() {
    CompletableFuture<List<Change>> batch = wanted;
    if (batch == null) {
      throw new IllegalStateException("nobody waits");
    }
    wanted = null;
    return batch;
  }
}
