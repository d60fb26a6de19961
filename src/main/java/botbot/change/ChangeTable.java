package botbot.change;

import botbot.database.WatchPool;
import botbot.space.Space;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The table {@code change}. Following it uses the connections of what keeps watch. */
@Singleton
class ChangeTable {

  private static final String APPEND = "select record_change(?, ?, ?, ?, ?)";
  private static final String LATEST = "select coalesce(max(revision), 0) from change";
  private static final String LATEST_BEFORE =
      "select revision from change where changed_at <= clock_timestamp() - make_interval(secs => ?)"
          + " order by revision desc limit 1";
  private static final String KNOWN =
      "select 1 from change where space = ? and revision = ?"
          + " and revision > (select first_revision from current_life())";
  private static final String AFTER =
      "select revision, space, kind, key, version, deleted from change"
          + " where revision > ? order by revision limit ?";

  private static final String AFTER_IN_SPACE =
      "select revision, space, kind, key, version, deleted from change"
          + " where space = ? and revision > ? order by revision limit ?";

  private final AgroalDataSource database;
  private final WatchPool watch;

  ChangeTable(AgroalDataSource database, WatchPool watch) {
    this.database = database;
    this.watch = watch;
  }

  /** Adds a change within the transaction of the caller, which holds the lock until it ends. */
  void append(Space space, ChangeKind kind, String key, long version, boolean deleted)
      throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement append = connection.prepareStatement(APPEND)) {
      append.setString(1, space.name());
      append.setString(2, kind.toString());
      append.setString(3, key);
      append.setLong(4, version);
      append.setBoolean(5, deleted);
      append.execute();
    }
  }

  /** The revision of the latest change; 0 before the first. */
  long latest() throws SQLException {
    return watch.row(LATEST, row -> row.getLong(1));
  }

  /** The revision of the latest change noted so long {@code ago}; 0 if there is none. */
  long latest(Duration ago) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(LATEST_BEFORE)) {
      query.setDouble(1, ago.toNanos() / 1e9);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /**
   * Whether this database has given the revision in the space, and has lost none of what may have
   * been told since.
   */
  boolean knows(Space space, long revision) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(KNOWN)) {
      query.setString(1, space.name());
      query.setLong(2, revision);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  /** At most {@code limit} changes in all spaces, from the first after {@code revision} on. */
  List<Change> after(long revision, int limit) throws SQLException {
    return watch.query(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(AFTER)) {
            query.setLong(1, revision);
            query.setInt(2, limit);
            return changes(query);
          }
        });
  }

  /** At most {@code limit} changes in a space, from the first after {@code revision} on. */
  List<Change> after(Space space, long revision, int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(AFTER_IN_SPACE)) {
      query.setString(1, space.name());
      query.setLong(2, revision);
      query.setInt(3, limit);
      return changes(query);
    }
  }

  private static List<Change> changes(PreparedStatement query) throws SQLException {
    List<Change> changes = new ArrayList<>();
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        changes.add(
            new Change(
                row.getLong(1),
                new Space(row.getString(2)),
                ChangeKind.of(row.getString(3)),
                row.getString(4),
                row.getLong(5),
                row.getBoolean(6)));
      }
    }
    return changes;
  }
}
