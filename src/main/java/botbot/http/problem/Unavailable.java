package botbot.http.problem;

import java.time.Duration;

/** 503: what is needed to answer is away or overloaded; the caller may try again after a while. */
public final class Unavailable extends ProblemException {

  private static final long serialVersionUID = 1;

  /** Asks the caller to wait for {@code retryAfter}, rounded up to whole seconds, at least one. */
  public Unavailable(String detail, Duration retryAfter) {
    super(503, detail);
    header("Retry-After", seconds(retryAfter));
  }

  static String seconds(Duration retryAfter) {
    return Long.toString(Math.max(1, retryAfter.plusMillis(999).toSeconds()));
  }
}
