package botbot.http;

import botbot.http.json.JsonFaults;
import botbot.http.problem.BadInput;
import botbot.http.problem.CommitInDoubt;
import botbot.http.problem.ProblemException;
import botbot.http.problem.Unavailable;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says in the caller's words what went wrong, wherever it did. What it does not know is a 500 and
 * is logged.
 */
@Singleton
final class Faults {

  private static final Logger LOG = Logger.getLogger(Faults.class);
  private static final Duration DATABASE_RETRY = Duration.ofSeconds(1);

  /** In the framework's words, when it is to write an answer. */
  private static final String CLOSED = "Connection has been closed";

  private final Event<TurnedAway> turnedAway;

  Faults(Event<TurnedAway> turnedAway) {
    this.turnedAway = turnedAway;
  }

  ProblemException explain(Throwable fault) {
    ProblemException known = known(fault);
    if (known != null) {
      return known;
    }
    if (fault instanceof UnauthorizedException || fault instanceof AuthenticationFailedException) {
      return unauthorized();
    }
    if (fault instanceof ForbiddenException) {
      return forbidden();
    }
    if (DatabaseFaults.isCommitInDoubt(fault)) {
      LOG.debug("PostgreSQL was lost during a commit", fault);
      return new CommitInDoubt(DATABASE_RETRY);
    }
    if (DatabaseFaults.isTurnedAway(fault)) {
      turnedAway.fire(new TurnedAway(DatabaseFaults.cause(fault)));
      return new Unavailable("The database refuses new connections at the moment.", DATABASE_RETRY);
    }
    if (DatabaseFaults.isOutage(fault)) {
      LOG.debug("PostgreSQL cannot serve", fault);
      return new Unavailable("The database cannot serve at the moment.", DATABASE_RETRY);
    }
    if (isClientGone(fault)) {
      LOG.debug("Nobody waits for the answer any more", fault);
      return BadInput.unreadable("The request broke off.");
    }
    LOG.error("A request failed", fault);
    return new ProblemException(500, "The service failed to answer; its log says why.");
  }

  /** Whether an answer could not be sent because its connection or stream has ended. */
  private static boolean isClientGone(Throwable fault) {
    for (Throwable at = fault; at != null; at = at.getCause()) {
      if (at instanceof HttpClosedException
          || at instanceof StreamResetException
          || at instanceof ClosedChannelException
          || (at instanceof IOException && CLOSED.equals(at.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  /** What the chain of causes holds that explains itself: frameworks like to wrap. */
  static @Nullable ProblemException known(Throwable fault) {
    for (Throwable at = fault; at != null; at = at.getCause()) {
      if (at instanceof ProblemException problem) {
        return problem;
      }
      if (at instanceof JsonProcessingException json) {
        return JsonFaults.explain(json);
      }
    }
    return null;
  }

  static ProblemException unauthorized() {
    return new ProblemException(401, "A valid API key is needed: Authorization: Bearer <api key>.")
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
  }

  static ProblemException forbidden() {
    return new ProblemException(403, "This key lacks the role for this call.");
  }
}
