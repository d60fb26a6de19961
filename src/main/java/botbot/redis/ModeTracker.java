package botbot.redis;

import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;

/**
 * The state machine {@code normal → degraded → recovering → normal}, with one event per change, and
 * one log line unless Redis comes and goes. The connections say whether Redis answers, the cache
 * whether it may be read.
 */
@Singleton
public class ModeTracker {

  private static final Logger LOG = Logger.getLogger(ModeTracker.class);

  /** Three outages a minute are told in full. */
  private static final int LINES_A_MINUTE = 9;

  /** The mode, since when, and why. */
  public record State(Mode mode, Instant since, String cause) {}

  private final Event<ModeChanged> changes;
  private final FewLines lines = new FewLines(LINES_A_MINUTE, System::nanoTime);
  private boolean answering;
  private boolean failed;
  private boolean readable;
  private String trouble = "not connected yet";
  private volatile State state = new State(Mode.RECOVERING, now(), "starting");

  ModeTracker(Event<ModeChanged> changes) {
    this.changes = changes;
  }

  /** The current state. */
  public State state() {
    return state;
  }

  /** Every connection is up, and stays so until {@link #lost}. */
  synchronized void answering() {
    answering = true;
    trouble = "Redis answers, but may not be read yet";
    update();
  }

  /** A connection is missing. */
  synchronized void lost(String cause) {
    answering = false;
    failed = true;
    trouble = cause;
    update();
  }

  /** Whether the cache may read from Redis. */
  public synchronized void readable(boolean now, String cause) {
    readable = now;
    if (answering && !now) {
      trouble = cause;
    }
    update();
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private void update() {
    Mode next = answering ? readable ? Mode.NORMAL : Mode.RECOVERING : Mode.DEGRADED;
    State last = state;
    boolean starting = next == Mode.DEGRADED && !failed;
    if (next == last.mode() || starting) {
      return;
    }
    String cause = next == Mode.NORMAL ? "Redis is in use" : trouble;
    state = new State(next, now(), cause);
    log(last.mode(), next, cause);
    changes.fireAsync(new ModeChanged(last.mode(), next, cause, state.since()));
  }

  private void log(Mode from, Mode to, String cause) {
    FewLines.Next line = lines.next();
    if (line == FewLines.Next.ANNOUNCE_SILENCE) {
      LOG.warn("Redis comes and goes: no more of it in the log for up to a minute");
    } else if (line == FewLines.Next.NOTHING) {
      LOG.debugf("Redis: %s -> %s: %s", from, to, cause);
    } else if (to == Mode.DEGRADED) {
      LOG.warnf("Redis: %s -> %s: %s; serving from PostgreSQL and memory", from, to, cause);
    } else {
      LOG.infof("Redis: %s -> %s: %s", from, to, cause);
    }
  }
}
