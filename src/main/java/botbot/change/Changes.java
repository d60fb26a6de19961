package botbot.change;

import botbot.space.Space;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import org.hibernate.exception.JDBCConnectionException;

/** Where features note what they change. */
@Singleton
public class Changes {

  private final ChangeTable table;

  Changes(ChangeTable table) {
    this.table = table;
  }

  /**
   * Notes a change within the transaction that makes it; listeners on every instance are told after
   * its commit. Call it last: until the commit, with the lease in Redis before it, other changes
   * wait.
   *
   * @param version as callers know it, a document's number: the one in force after the change; of a
   *     deletion, the last one
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void record(Space space, ChangeKind kind, String key, long version, boolean deleted) {
    try {
      table.append(space, kind, key, version, deleted);
    } catch (SQLException e) {
      throw new JDBCConnectionException("a change could not be noted", e);
    }
  }
}
