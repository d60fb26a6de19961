package botbot.change;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The table {@code changes}. */
@Singleton
class ChangeTable {

  private static final String APPEND = "select record_change(?, ?, ?, ?)";
  private static final String LATEST = "select coalesce(max(revision), 0) from changes";
  private static final String AFTER =
      "select revision, kind, key, version, deleted from changes"
          + " where revision > ? order by revision limit ?";

  private final AgroalDataSource database;

  ChangeTable(AgroalDataSource database) {
    this.database = database;
  }

  /** Adds a change within the transaction of the caller, which holds the lock until it ends. */
  void append(ChangeKind kind, String key, long version, boolean deleted) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement append = connection.prepareStatement(APPEND)) {
      append.setString(1, kind.toString());
      append.setString(2, key);
      append.setLong(3, version);
      append.setBoolean(4, deleted);
      append.execute();
    }
  }

  /** The revision of the latest change; 0 before the first. */
  long latest() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(LATEST);
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** At most {@code limit} changes from the first after {@code revision} on. */
  List<Change> after(long revision, int limit) throws SQLException {
    List<Change> changes = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(AFTER)) {
      query.setLong(1, revision);
      query.setInt(2, limit);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          changes.add(
              new Change(
                  row.getLong(1),
                  ChangeKind.of(row.getString(2)),
                  row.getString(3),
                  row.getLong(4),
                  row.getBoolean(5)));
        }
      }
    }
    return changes;
  }
}
