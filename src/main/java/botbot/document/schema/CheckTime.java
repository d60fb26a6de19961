package botbot.document.schema;

import java.time.Duration;

/** What is left of the time that all the checks of one request may take; for one check at once. */
public final class CheckTime {

  private long left;
  private long deadline;

  CheckTime(Duration whole) {
    this.left = whole.toNanos();
  }

  /** Lets the time run. */
  void run() {
    deadline = System.nanoTime() + left;
  }

  /** Stops it until the next check. */
  void stop() {
    left = Math.max(0, deadline - System.nanoTime());
  }

  /** Passes while there is time left; every step of a check asks. */
  void check() {
    if (System.nanoTime() - deadline > 0) {
      throw new CheckTooLong();
    }
  }
}
