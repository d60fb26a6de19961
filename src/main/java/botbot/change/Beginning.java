package botbot.change;

import botbot.http.problem.ProblemException;
import botbot.space.Space;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Where a stream is to begin: after a revision its listener has seen, or with what comes after its
 * request.
 *
 * @param space the space whose changes it tells
 * @param since the revision, 0 for everything
 * @param asked when it was requested, by {@link System#nanoTime}
 */
record Beginning(Space space, OptionalLong since, long asked) {

  /**
   * The position that this is in the table.
   *
   * @throws ProblemException 410 where the revision is not known, so that something may be missed
   */
  long in(ChangeTable table) throws SQLException {
    if (since.isEmpty()) {
      return table.latest(Duration.ofNanos(System.nanoTime() - asked));
    }
    long revision = since.getAsLong();
    if (revision != 0 && !table.knows(space, revision)) {
      throw new ProblemException(
          410, "Revision " + revision + " is not known here: read everything anew.");
    }
    return revision;
  }
}
