package botbot.redis.mode;

import botbot.redis.protocol.ConnectFaults;
import botbot.redis.protocol.Refusal;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The state machine {@code normal → degraded → recovering → normal}, with one event per change, and
 * one log line unless it comes and goes. The connections say whether Redis answers and what it
 * refuses, the cache whether it may be read. The cause is always the present one.
 */
@Singleton
public class ModeTracker {

  private static final Logger LOG = Logger.getLogger(ModeTracker.class);

  /** Three outages a minute are told in full. */
  private static final int LINES_A_MINUTE = 9;

  /** Whose trouble it is. */
  public enum Trouble {
    /** There is none, or Redis is about to be read again. */
    NONE,
    /** Redis does not answer. */
    REDIS,
    /** A primary of a cluster does not answer, others do. */
    PART,
    /** Redis answers and refuses what the service needs. */
    REFUSAL,
    /** PostgreSQL does not answer, so that nothing vouches for what Redis holds. */
    DATABASE
  }

  /** The mode, since when, and why at present. */
  public record State(Mode mode, Instant since, Trouble trouble, String cause) {}

  private record Verdict(Mode mode, Trouble trouble, String cause) {}

  private static final Verdict IN_USE = new Verdict(Mode.NORMAL, Trouble.NONE, "Redis is in use");

  private final Event<ModeChanged> changes;
  private final FewLines lines = new FewLines(LINES_A_MINUTE, System::nanoTime);
  private boolean answering;
  private boolean failed;

  /** Which part of Redis is not reached; empty for none. */
  private String part = "";

  private String away = "not connected yet";

  /** Whether somebody must set something right before what is away comes back. */
  private boolean lasting;

  /** Why a connection was lost since Redis was last read; empty for none. */
  private String lost = "";

  /** What the log was last told. */
  private String told = "";

  private List<Refusal> refusals = List.of();
  private @Nullable Verdict unread =
      new Verdict(Mode.RECOVERING, Trouble.NONE, "Redis answers, but may not be read yet");
  private volatile State state = new State(Mode.RECOVERING, now(), Trouble.NONE, "starting");

  ModeTracker(Event<ModeChanged> changes) {
    this.changes = changes;
  }

  /** The current state. */
  public State state() {
    return state;
  }

  /** Redis is reached, and stays so until {@link #lost}. */
  public synchronized void answering() {
    answering = true;
    part = "";
    update();
  }

  /** Redis is not reached. */
  public synchronized void lost(String cause) {
    answering = false;
    failed = true;
    away = cause;
    lost = cause;
    lasting = ConnectFaults.isLasting(cause);
    update();
  }

  /** A part of Redis is not reached, the others are; {@code lasts} until something is set right. */
  public synchronized void lostPart(String cause, boolean lasts) {
    answering = true;
    part = cause;
    lasting = lasts;
    update();
  }

  /** A connection to Redis was lost, others are there. */
  public synchronized void lostOne(String cause) {
    lost = cause;
  }

  /** What Redis refuses now. */
  public synchronized void refused(List<Refusal> now) {
    if (!now.isEmpty() || !refusals.isEmpty()) {
      refusals = now;
      update();
    }
  }

  /** The cache may read from Redis. */
  public synchronized void readable() {
    unread = null;
    lost = "";
    update();
  }

  /** The cache may not read from Redis before it is confirmed that nothing there is old. */
  public synchronized void unconfirmed() {
    String confirming = "what Redis holds is being confirmed";
    unreadable(lost.isEmpty() ? confirming : lost + ", " + confirming);
  }

  /** The cache may not read from Redis yet. */
  public synchronized void unreadable(String cause) {
    unread = new Verdict(Mode.RECOVERING, Trouble.NONE, cause);
    update();
  }

  /** PostgreSQL is away, so that nothing vouches for what Redis holds. */
  public synchronized void unverified(String cause) {
    unread = new Verdict(Mode.DEGRADED, Trouble.DATABASE, cause);
    update();
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private Verdict verdict() {
    if (!answering) {
      return new Verdict(Mode.DEGRADED, Trouble.REDIS, away);
    }
    if (!refusals.isEmpty()) {
      String all = refusals.stream().map(Refusal::text).collect(Collectors.joining("; "));
      return new Verdict(Mode.DEGRADED, Trouble.REFUSAL, all);
    }
    if (!part.isEmpty()) {
      return new Verdict(Mode.DEGRADED, Trouble.PART, part);
    }
    return Objects.requireNonNullElse(unread, IN_USE);
  }

  private void update() {
    Verdict next = verdict();
    State last = state;
    boolean starting = !answering && !failed;
    if (starting) {
      return;
    }
    if (next.mode() == last.mode()) {
      if (!next.cause().equals(last.cause())) {
        state = new State(next.mode(), last.since(), next.trouble(), next.cause());
        tellOfWhatLasts(next);
      }
      return;
    }
    state = new State(next.mode(), now(), next.trouble(), next.cause());
    log(last.mode(), next);
    changes.fireAsync(
        new ModeChanged(last.mode(), next.mode(), next.trouble(), next.cause(), state.since()));
  }

  /** An outage may turn out to be what somebody must set right, or may hide it at first. */
  private void tellOfWhatLasts(Verdict next) {
    String cause = next.cause();
    if (isOfRedis(next.trouble()) && lasting && !cause.equals(told)) {
      told = cause;
      LOG.warnf("Redis: %s", cause);
    }
  }

  private void log(Mode from, Verdict next) {
    Mode to = next.mode();
    String cause = next.cause();
    FewLines.Next line = lines.next();
    if (line == FewLines.Next.ANNOUNCE_SILENCE) {
      LOG.warnf(
          isOfRedis(next.trouble())
              ? "Redis comes and goes: no more of it in the log for up to a minute (%s)"
              : "The mode comes and goes: no more of it in the log for up to a minute (%s)",
          cause);
    } else if (line == FewLines.Next.NOTHING) {
      LOG.debugf("Mode: %s -> %s: %s", from, to, cause);
      tellOfWhatLasts(next);
      return;
    } else if (to == Mode.DEGRADED) {
      Trouble trouble = next.trouble();
      LOG.warnf("Mode: %s -> %s: %s%s%s", from, to, subject(trouble), cause, consequence(trouble));
    } else {
      LOG.infof("Mode: %s -> %s: %s", from, to, cause);
    }
    told = cause;
  }

  private static boolean isOfRedis(Trouble trouble) {
    return trouble == Trouble.REDIS || trouble == Trouble.PART;
  }

  /** Of a refusal and of PostgreSQL the cause itself says what it is about. */
  private static String subject(Trouble trouble) {
    return isOfRedis(trouble) ? "Redis: " : "";
  }

  private static String consequence(Trouble trouble) {
    return switch (trouble) {
      case REDIS -> "; serving from PostgreSQL and memory";
      case PART -> "; their keys are served from PostgreSQL and memory";
      case REFUSAL -> "; what it refuses is served from PostgreSQL and memory";
      case DATABASE -> "; serving what Redis and memory hold";
      case NONE -> "";
    };
  }
}
