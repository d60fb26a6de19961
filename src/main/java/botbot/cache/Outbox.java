package botbot.cache;

import botbot.cache.ServerLife.LogPosition;
import botbot.space.Key;
import botbot.space.Space;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
   * @param readOnly whether PostgreSQL refuses writes, by the connection that was asked
   * @param epoch the one in force, null before the first
   * @param pending rows, counted up to a bound
   * @param oldestMs age of the oldest row in milliseconds, 0 without one
   */
  record Glance(
      ServerSeen server, boolean readOnly, @Nullable Epoch epoch, int pending, long oldestMs) {}

  private static final String GLANCE =
      "select "
          + EpochTable.COLUMNS
          + """
          , o.pending, o.oldest, o.first_transaction,
          pg_snapshot_xmin(pg_current_snapshot())::text::bigint open_transaction,
          current_setting('transaction_read_only') = 'on' read_only,
          l.life, l.known, l.nothing_lost, l.first_revision,
          l.system_identifier life_system, l.timeline life_timeline, l.wal life_wal,
          i.system_identifier, i.timeline, i.wal,
          (select last_value from version_seq) last_version,
          clock_timestamp() now
          from server_identity() i cross join current_life() l
            cross join lateral (
              select count(*) pending, min(p.transaction) first_transaction,
                     extract(epoch from clock_timestamp() - min(p.created_at)) * 1000 oldest
                from (select b.transaction, b.created_at from outbox_entry b
                       where b.transaction >= ? order by b.transaction limit ?) p) o
            left join lateral (select * from cache_epoch order by epoch desc limit 1) e on true
          """;

  private static final String DUE =
      """
      select version, cache, space, key, epoch from outbox_entry
       where transaction >= ? and created_at < clock_timestamp() - ? * interval '1 ms'
       order by transaction, version limit ? for update skip locked
      """;

  private static final String NEWEST_OF =
      """
      select max(version) from outbox_entry
       where transaction >= ? and cache = ? and space = ? and key = ?
      """;

  private final AgroalDataSource database;

  /** Of every earlier transaction it is known that it has ended and that nothing of it is left. */
  private volatile long from;

  Outbox(AgroalDataSource database) {
    this.database = database;
  }

  /** Of another server nothing is known yet. */
  void forget() {
    from = 0;
  }

  /** Server, epoch and outbox in one query. */
  Glance glance(int bound) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(GLANCE)) {
      query.setLong(1, from);
      query.setInt(2, bound + 1);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        row.getLong("epoch");
        Epoch epoch = row.wasNull() ? null : EpochTable.read(row);
        long open = row.getLong("open_transaction");
        long first = row.getLong("first_transaction");
        from = row.wasNull() ? open : Math.min(open, first);
        return new Glance(
            server(row),
            row.getBoolean("read_only"),
            epoch,
            row.getInt("pending"),
            Math.round(row.getDouble("oldest")));
      }
    }
  }

  private static ServerSeen server(ResultSet row) throws SQLException {
    return new ServerSeen(
        new ServerLife(
            row.getLong("life"),
            row.getBoolean("known"),
            row.getBoolean("nothing_lost"),
            log(row, "life_"),
            row.getLong("first_revision")),
        log(row, ""),
        row.getLong("last_version"),
        row.getObject("now", OffsetDateTime.class).toInstant());
  }

  private static LogPosition log(ResultSet row, String of) throws SQLException {
    return new LogPosition(
        row.getString(of.isEmpty() ? "system_identifier" : of + "system"),
        row.getString(of + "timeline"),
        row.getLong(of + "wal"));
  }

  /** Locks rows of at least that age until the transaction ends, passing over locked ones. */
  List<Row> due(long ageMs, int limit) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(DUE)) {
      query.setLong(1, from);
      query.setLong(2, ageMs);
      query.setInt(3, limit);
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
      query.setLong(1, from);
      query.setString(2, cache);
      query.setString(3, key.space().name());
      query.setString(4, key.id());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        long version = row.getLong(1);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
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
