package botbot.erasure;

import botbot.database.WatchPool;
import botbot.space.Deployment;
import botbot.space.Key;
import botbot.space.Space;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/** The table {@code erasure}: what is still to be erased. */
@Singleton
class ErasureTable {

  /**
   * What is to be erased.
   *
   * @param userId null for the whole space
   * @param deployment whose keys in Redis are meant
   * @param ripe whether all loads that began before are over: their leases have run out
   */
  record Erasure(
      long id, Space space, @Nullable String userId, Deployment deployment, boolean ripe) {}

  /** A batch of rows. */
  record Batch(int deleted, boolean rest) {}

  private static final String ADD =
      """
      insert into erasure (space, user_id, revision)
      select ?, ?, coalesce(max(revision), 0) from change
      on conflict (space) where user_id is null do nothing
      """;

  private static final String DUE =
      """
      select e.id, e.space, e.user_id, d.identity,
             e.requested_at < clock_timestamp() - ? * interval '1 ms' ripe
        from erasure e, deployment d order by e.id limit ?
      """;

  private static final String PENDING =
      """
      select count(*), coalesce(sum(deleted), 0),
             coalesce(extract(epoch from clock_timestamp() - min(requested_at)) * 1000, 0)
        from erasure
      """;

  private final AgroalDataSource database;
  private final WatchPool watch;

  ErasureTable(AgroalDataSource database, WatchPool watch) {
    this.database = database;
    this.watch = watch;
  }

  /** Notes that Redis is to be swept of a user, within the transaction of the caller. */
  void add(Key user) {
    add(user.space(), user.id());
  }

  /** Notes a whole space, within the transaction of the caller. */
  void add(Space space) {
    add(space, null);
  }

  private void add(Space space, @Nullable String userId) {
    try (Connection connection = database.getConnection();
        PreparedStatement add = connection.prepareStatement(ADD)) {
      add.setString(1, space.name());
      add.setString(2, userId);
      add.executeUpdate();
    } catch (SQLException e) {
      throw new JDBCConnectionException("an erasure could not be noted", e);
    }
  }

  /** Up to {@code limit} erasures, oldest first. */
  List<Erasure> due(long ripeAfterMs, int limit) throws SQLException {
    List<Erasure> due = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(DUE)) {
      query.setLong(1, ripeAfterMs);
      query.setInt(2, limit);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          due.add(
              new Erasure(
                  row.getLong(1),
                  new Space(row.getString(2)),
                  row.getString(3),
                  new Deployment(row.getString(4)),
                  row.getBoolean(5)));
        }
      }
    }
    return due;
  }

  /** Erases some rows of a space. */
  Batch eraseSome(long id, int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement erase =
            connection.prepareStatement("select deleted, rest from erase_some(?, ?)")) {
      erase.setLong(1, id);
      erase.setInt(2, limit);
      try (ResultSet row = erase.executeQuery()) {
        row.next();
        return new Batch(row.getInt(1), row.getBoolean(2));
      }
    }
  }

  /** Removes some documents that are deleted, and their history; how many rows that were. */
  int eraseDocuments(Space space, int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement erase =
            connection.prepareStatement("select erase_deleted_documents(?, ?)")) {
      erase.setString(1, space.name());
      erase.setInt(2, limit);
      try (ResultSet row = erase.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  void done(long id) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("delete from erasure where id = ?")) {
      delete.setLong(1, id);
      delete.executeUpdate();
    }
  }

  ErasureState pending() throws SQLException {
    return watch.row(
        PENDING,
        row -> new ErasureState(row.getInt(1), row.getLong(2), Math.round(row.getDouble(3))));
  }
}
