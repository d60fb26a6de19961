package botbot.redis.connection;

import botbot.redis.protocol.RedisUnavailable;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a connection that wait for their answers, and the one timer that watches the
 * oldest, which each server answers first. Only touched on the connection's event loop, save for
 * the question of patience.
 */
final class InFlight {

  /** A timer this late was held up by its own loop: the answer may be waiting behind it. */
  private static final long LOOP_STALL = TimeUnit.MILLISECONDS.toNanos(20);

  private record Pending(Promise<?> promise, long due) {
    boolean done() {
      return promise.future().isComplete();
    }
  }

  private final ContextInternal loop;
  private final Duration deadline;
  private final Runnable missed;
  private final ArrayDeque<Pending> commands = new ArrayDeque<>();
  private volatile @Nullable Pending oldest;
  private boolean watching;

  /** {@code missed} runs when a command is not answered within the deadline. */
  InFlight(ContextInternal loop, Duration deadline, Runnable missed) {
    this.loop = loop;
    this.deadline = deadline;
    this.missed = missed;
  }

  void add(Promise<?> promise) {
    commands.add(new Pending(promise, System.nanoTime() + deadline.toNanos()));
    oldest = commands.peek();
    watch(deadline);
  }

  void dropAnswered() {
    while (!commands.isEmpty() && commands.peek().done()) {
      commands.poll();
    }
    oldest = commands.peek();
  }

  void failAll(RedisUnavailable cause) {
    for (Pending pending; (pending = commands.poll()) != null; ) {
      pending.promise().tryFail(cause);
    }
    oldest = null;
  }

  /**
   * How long a command sent now would be waited for: the connection closes under all at once. May
   * be asked on any thread.
   */
  Duration patience() {
    Pending first = oldest;
    return first == null || first.done()
        ? deadline
        : Duration.ofNanos(Math.max(0, first.due() - System.nanoTime()));
  }

  private void watch(Duration after) {
    if (watching) {
      return;
    }
    watching = true;
    long due = System.nanoTime() + after.toNanos();
    loop.owner()
        .setTimer(
            Math.max(1, after.toMillis()),
            timer -> {
              watching = false;
              check(System.nanoTime() - due > LOOP_STALL);
            });
  }

  private void check(boolean stalled) {
    dropAnswered();
    Pending first = commands.peek();
    if (first == null) {
      return;
    }
    long left = first.due() - System.nanoTime();
    if (left > 0) {
      watch(Duration.ofNanos(left).plusMillis(1));
    } else if (stalled) {
      watch(Duration.ofMillis(5));
    } else {
      missed.run();
    }
  }
}
