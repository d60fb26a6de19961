package botbot.http;

import java.sql.SQLException;

/** A commit outside of JTA failed; {@link DatabaseFaults} tells whether it may have been done. */
public final class LostCommit extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Of a commit that failed for this reason. */
  public LostCommit(SQLException cause) {
    super("a commit failed", cause);
  }
}
