package botbot.http.problem;

import java.time.Duration;

/**
 * 503: PostgreSQL was lost while it committed, so that nobody knows whether it has stored what was
 * asked. Who repeats a call that must not be done twice reads first.
 */
public final class CommitInDoubt extends ProblemException {

  /** Tells it from all other answers of 503, after which nothing was stored. */
  public static final String TYPE = "urn:problem-type:commit-in-doubt";

  private static final long serialVersionUID = 1;

  /** Asks the caller to wait for {@code retryAfter}, as {@link Unavailable} does. */
  public CommitInDoubt(Duration retryAfter) {
    super(
        503,
        TYPE,
        "Commit In Doubt",
        "The database was lost while it stored this, and may have stored it: read it again.");
    header("Retry-After", Unavailable.seconds(retryAfter));
  }
}
