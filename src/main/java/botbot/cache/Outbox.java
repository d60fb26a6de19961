package botbot.cache;

import botbot.cache.ServerLife.LogPosition;
import botbot.cache.Snapshots.Taken;
import botbot.database.WatchPool;
import botbot.space.Key;
import botbot.space.Space;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Committed writes that Redis may not know yet, in PostgreSQL. */
@Singleton
class Outbox {

  /** A write that Redis may not know. */
  record Row(long version, String cache, Key key, long epoch, long transaction) {}

  /**
   * What a look saw.
   *
   * @param begun {@link System#nanoTime} before it was sent
   * @param complete the same, before which no write was committed that Redis may not know and that
   *     was not told of as {@code held}
   * @param readOnly whether PostgreSQL refuses writes, by the connection that was asked
   * @param epoch the one in force, null before the first
   * @param pending rows, counted up to a bound
   * @param oldestMs age of the oldest row in milliseconds, 0 without one
   * @param held writes that Redis has not confirmed for long, as far as no glance before told of
   *     them; {@code complete} is the one of which Redis has every write but those
   * @param stillThere which of the versions asked for
   */
  record Glance(
      long begun,
      long complete,
      ServerSeen server,
      boolean readOnly,
      @Nullable Epoch epoch,
      int pending,
      long oldestMs,
      List<Row> held,
      Set<Long> stillThere) {}

  private static final String GLANCE =
      """
      with pending as materialized (
        select b.transaction, b.created_at from outbox_entry b
         where b.transaction >= ? order by b.transaction limit ?)
      select\s"""
          + EpochTable.COLUMNS
          + """
          , o.pending, o.oldest, o.first_transaction,
          (select count(*) from unnest(?::text[]) s(seen)
            where not exists (
              select from pending p
               where pg_visible_in_snapshot(p.transaction::text::xid8, s.seen::pg_snapshot))) emptied,
          array(select a.version from outbox_entry a where a.version = any(?)) still_there,
          pg_current_snapshot()::text seen,
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
                from pending p) o
            left join lateral (select * from cache_epoch order by epoch desc limit 1) e on true
          """;

  private static final String DUE =
      """
      select version, cache, space, key, epoch, transaction from outbox_entry
       where (transaction, version) > (?, ?)
         and pg_visible_in_snapshot(transaction::text::xid8, ?::pg_snapshot)
       order by transaction, version limit ? for update skip locked
      """;

  private static final String HELD =
      """
      select version, cache, space, key, epoch, transaction from outbox_entry
       where transaction >= ? and pg_visible_in_snapshot(transaction::text::xid8, ?::pg_snapshot)
         and not coalesce(
               pg_visible_in_snapshot(transaction::text::xid8, ?::pg_snapshot), false)
       limit ?
      """;

  private static final String DELETE = "delete from outbox_entry where version = any(?)";

  private static final String NEWEST_OF =
      """
      select max(version) from outbox_entry
       where transaction >= ? and cache = ? and space = ? and key = ?
      """;

  private final AgroalDataSource database;
  private final WatchPool watch;
  private final Snapshots snapshots = new Snapshots();

  /** Of every earlier transaction it is known that it has ended and that nothing of it is left. */
  private volatile long from;

  /** What it shows of the outbox was told of as held. */
  private @Nullable Taken held;

  Outbox(AgroalDataSource database, WatchPool watch) {
    this.database = database;
    this.watch = watch;
  }

  /** Of another server nothing is known yet. */
  void forget() {
    from = 0;
    held = null;
    snapshots.forget();
  }

  /**
   * Server, epoch, outbox and some versions of it in one query, and in another what is held for
   * {@code patience}; one glance at a time.
   */
  Glance glance(int bound, Duration patience, Collection<Long> versions) throws SQLException {
    return watch.query(connection -> glance(connection, bound, patience, versions));
  }

  private Glance glance(
      Connection connection, int bound, Duration patience, Collection<Long> versions)
      throws SQLException {
    long begun = System.nanoTime();
    try (PreparedStatement query = connection.prepareStatement(GLANCE)) {
      query.setLong(1, from);
      query.setInt(2, bound + 1);
      query.setArray(3, connection.createArrayOf("text", snapshots.texts().toArray()));
      query.setArray(4, connection.createArrayOf("bigint", versions.toArray()));
      try (ResultSet row = query.executeQuery()) {
        row.next();
        row.getLong("epoch");
        Epoch epoch = row.wasNull() ? null : EpochTable.read(row);
        long open = row.getLong("open_transaction");
        long first = row.getLong("first_transaction");
        from = row.wasNull() ? open : Math.min(open, first);
        int pending = row.getInt("pending");
        int emptied = pending > bound ? 0 : row.getInt("emptied");
        long complete = snapshots.add(begun, row.getString("seen"), emptied, pending == 0);
        Optional<Taken> told =
            pending == 0 || pending > bound
                ? Optional.empty()
                : snapshots.olderThan(patience).filter(one -> one.begun() > complete);
        return new Glance(
            begun,
            told.map(Taken::begun).orElse(complete),
            server(row),
            row.getBoolean("read_only"),
            epoch,
            pending,
            Math.round(row.getDouble("oldest")),
            told.isPresent() ? held(connection, told.get(), bound) : List.of(),
            Set.of((Long[]) row.getArray("still_there").getArray()));
      }
    }
  }

  private List<Row> held(Connection connection, Taken seen, int bound) throws SQLException {
    Taken before = held;
    try (PreparedStatement query = connection.prepareStatement(HELD)) {
      query.setLong(1, from);
      query.setString(2, seen.snapshot());
      query.setString(3, before == null ? null : before.snapshot());
      query.setInt(4, bound + 1);
      List<Row> rows = rows(query);
      held = seen;
      return rows;
    }
  }

  private static List<Row> rows(PreparedStatement query) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        Key key = new Space(row.getString("space")).key(row.getString("key"));
        rows.add(
            new Row(
                row.getLong("version"),
                row.getString("cache"),
                key,
                row.getLong("epoch"),
                row.getLong("transaction")));
      }
    }
    return rows;
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

  /**
   * Locks rows that have been committed for at least that long until the transaction of {@code
   * connection} ends, passing over locked ones.
   *
   * @param last the last row that was passed before; null to begin with the oldest
   */
  List<Row> due(Connection connection, Duration age, @Nullable Row last, int limit)
      throws SQLException {
    Optional<Taken> seen = snapshots.olderThan(age);
    if (seen.isEmpty()) {
      return List.of();
    }
    try (PreparedStatement query = connection.prepareStatement(DUE)) {
      query.setLong(1, last == null ? from : last.transaction());
      query.setLong(2, last == null ? -1 : last.version());
      query.setString(3, seen.get().snapshot());
      query.setInt(4, limit);
      return rows(query);
    }
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

  /** Takes away writes that Redis knows, or that belong to an earlier epoch. */
  void delete(Collection<Long> versions) throws SQLException {
    watch.query(connection -> delete(connection, versions));
  }

  /** The same within the transaction of {@code connection}; how many were still there. */
  int delete(Connection connection, Collection<Long> versions) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setArray(1, connection.createArrayOf("bigint", versions.toArray()));
      return delete.executeUpdate();
    }
  }

  /** Takes away all writes of earlier epochs. */
  void deleteBefore(long epoch) throws SQLException {
    watch.query(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("delete from outbox_entry where epoch < ?")) {
            delete.setLong(1, epoch);
            return delete.executeUpdate();
          }
        });
  }
}
