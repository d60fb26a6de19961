package botbot.erasure;

import jakarta.inject.Singleton;
import java.sql.SQLException;

/** How erasures go on, for the status. */
@Singleton
public class Erasures {

  private final ErasureTable table;

  Erasures(ErasureTable table) {
    this.table = table;
  }

  /** What is still to be erased; {@link SQLException} if PostgreSQL does not answer. */
  public ErasureState state() throws SQLException {
    return table.pending();
  }
}
