package botbot.cache;

import botbot.space.Key;
import botbot.space.Space;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Committed writes that Redis may not know yet, in PostgreSQL. */
@Singleton
class Outbox {

  /** A write to replay. */
  record Row(long version, String cache, Key key, long epoch) {}

  /**
   * What a look saw.
   *
   * @param pending rows, counted up to a bound
   * @param oldestMs age of the oldest row in milliseconds, 0 without one
   */
  record Glance(Epoch epoch, int pending, long oldestMs, Instant now) {}

  private static final String GLANCE =
      "select "
          + EpochTable.COLUMNS
          + """
          , (select count(*) from (select 1 from outbox_entry limit ?) o) pending,
          (select extract(epoch from clock_timestamp() - min(created_at)) * 1000 from outbox_entry) oldest,
          clock_timestamp() now
          from cache_epoch e order by e.epoch desc limit 1
          """;

  private static final String DUE =
      """
      select version, cache, space, key, epoch from outbox_entry
       where created_at < clock_timestamp() - ? * interval '1 ms'
       order by version limit ? for update skip locked
      """;

  private static final String NEWEST_OF =
      """
      select version from outbox_entry where cache = ? and space = ? and key = ?
       order by version desc limit 1
      """;

  private final AgroalDataSource database;

  Outbox(AgroalDataSource database) {
    this.database = database;
  }

  /** Epoch, outbox and clock in one query; null before the first epoch. */
  @Nullable Glance glance(int bound) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(GLANCE)) {
      query.setInt(1, bound + 1);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? new Glance(
                EpochTable.read(row),
                row.getInt("pending"),
                Math.round(row.getDouble("oldest")),
                row.getObject("now", OffsetDateTime.class).toInstant())
            : null;
      }
    }
  }

  /** Locks rows of at least that age until the transaction ends, passing over locked ones. */
  List<Row> due(long ageMs, int limit) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(DUE)) {
      query.setLong(1, ageMs);
      query.setInt(2, limit);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          Key key = new Space(row.getString(3)).key(row.getString(4));
          rows.add(new Row(row.getLong(1), row.getString(2), key, row.getLong(5)));
        }
      }
    }
    return rows;
  }

  /** Which of these versions are still in the outbox. */
  Set<Long> pending(Collection<Long> versions) throws SQLException {
    Set<Long> pending = new HashSet<>();
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "select version from outbox_entry where version = any(?)")) {
      query.setArray(1, connection.createArrayOf("bigint", versions.toArray()));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          pending.add(row.getLong(1));
        }
      }
    }
    return pending;
  }

  /** The newest write of a key that is still in the outbox. */
  OptionalLong newestOf(String cache, Key key) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(NEWEST_OF)) {
      query.setString(1, cache);
      query.setString(2, key.space().name());
      query.setString(3, key.id());
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  /** Takes away writes that Redis knows, or that belong to an epoch before {@code epoch}. */
  void delete(Collection<Long> versions) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("delete from outbox_entry where version = any(?)")) {
      delete.setArray(1, connection.createArrayOf("bigint", versions.toArray()));
      delete.executeUpdate();
    }
  }

  /** Takes away all writes of earlier epochs. */
  void deleteBefore(long epoch) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("delete from outbox_entry where epoch < ?")) {
      delete.setLong(1, epoch);
      delete.executeUpdate();
    }
  }
}
