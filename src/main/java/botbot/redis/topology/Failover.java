package botbot.redis.topology;

import botbot.redis.protocol.Host;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the sentinels have told of a failover: which primary is to be left, since what it is told
 * from now on is lost, and which follows it. Counts for a while only, for the end of it may be
 * missed. Safe for use by several threads.
 */
@Singleton
final class Failover {

  /** By then every sentinel names the new primary, or the failover was given up. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private final LongSupplier nanoTime;
  private volatile Runnable listener = () -> {};
  private @Nullable Host left;
  private @Nullable Host next;
  private long since;

  @Inject
  Failover() {
    this(System::nanoTime);
  }

  Failover(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Who is told of each change. */
  void listen(Runnable listener) {
    this.listener = listener;
  }

  /** A sentinel sets about to promote a replica of this primary. */
  void begun(Host primary) {
    if (begin(primary)) {
      listener.run();
    }
  }

  private synchronized boolean begin(Host primary) {
    if (isLeft(primary)) {
      return false;
    }
    left = primary;
    next = null;
    since = nanoTime.getAsLong();
    return true;
  }

  /** A replica was promoted. */
  void decided(Host from, Host to) {
    if (decide(from, to)) {
      listener.run();
    }
  }

  private synchronized boolean decide(Host from, Host to) {
    if (isRecent() && to.equals(next)) {
      return false;
    }
    left = from;
    next = to;
    since = nanoTime.getAsLong();
    return true;
  }

  /** A sentinel has given up the failover of this primary. */
  void aborted(Host primary) {
    if (abort(primary)) {
      listener.run();
    }
  }

  private synchronized boolean abort(Host primary) {
    if (next != null || !primary.equals(left)) {
      return false;
    }
    left = null;
    return true;
  }

  /** Whether this primary is about to be replaced, or was. */
  synchronized boolean isLeft(@Nullable Host primary) {
    return left != null && isRecent() && left.equals(primary);
  }

  private boolean isRecent() {
    return nanoTime.getAsLong() - since < LONGEST.toNanos();
  }

  /** The primary that was promoted just now. */
  synchronized Optional<Host> promoted() {
    return isRecent() ? Optional.ofNullable(next) : Optional.empty();
  }
}
