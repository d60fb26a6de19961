package botbot.cache.freshness;

import botbot.database.WatchPool;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Recognises another server of PostgreSQL, or one that has lost something: for all instances,
 * before anything is written to it. What this instance saw last tells a restart from a loss.
 */
@Singleton
class ServerLives {

  private static final String RECOGNISE = "select recognise_server(?, ?, ?, ?, ?, ?, ?)";

  private final WatchPool watch;
  private volatile @Nullable ServerSeen last;

  ServerLives(WatchPool watch) {
    this.watch = watch;
  }

  /**
   * Takes what a look saw.
   *
   * @param epoch the last one that this instance knows of
   * @return whether the server was recognised only now, so that what the look saw is out of date
   */
  boolean seen(ServerSeen now, long epoch) throws SQLException {
    ServerSeen before = last;
    boolean lost = before != null && now.lacks(before);
    if (now.life().known() && !lost) {
      last = now;
      return false;
    }
    watch.inTransaction(connection -> recognise(connection, epoch, lost));
    last = null;
    return true;
  }

  /** Recognises the server within the transaction of {@code connection}, if that is to be done. */
  void recognise(Connection connection, long epoch) throws SQLException {
    recognise(connection, epoch, false);
  }

  private boolean recognise(Connection connection, long epoch, boolean lost) throws SQLException {
    ServerSeen before = last;
    try (PreparedStatement recognise = connection.prepareStatement(RECOGNISE)) {
      recognise.setString(1, before == null ? "" : before.log().system());
      recognise.setString(2, before == null ? "" : before.log().timeline());
      recognise.setLong(3, before == null ? 0 : before.log().wal());
      OffsetDateTime at = before == null ? null : before.now().atOffset(ZoneOffset.UTC);
      recognise.setObject(4, at, Types.TIMESTAMP_WITH_TIMEZONE);
      recognise.setLong(5, before == null ? 0 : before.version());
      recognise.setLong(6, epoch);
      recognise.setBoolean(7, lost);
      try (ResultSet row = recognise.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
