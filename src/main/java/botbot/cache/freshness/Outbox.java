package botbot.cache.freshness;

import botbot.cache.freshness.Snapshots.Taken;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Committed writes that Redis may not know yet, in PostgreSQL. */
@Singleton
public class Outbox {

  /** A write that Redis may not know. */
  record Row(long version, String cache, Key key, long epoch, long transaction) {}

  /**
   * What a look saw.
   *
   * @param begun {@link System#nanoTime} before it was sent
   * @param complete the instant, by the same clock, before which Redis has every write, except to
   *     the keys that were told of in {@code held}
   * @param readOnly whether PostgreSQL refuses writes, by the connection that was asked
   * @param epoch the one in force, null before the first
   * @param pending rows, counted up to a bound
   * @param oldestMs age of the oldest row in milliseconds, 0 without one
   * @param held for each key the newest write that Redis has long not confirmed, if no earlier
   *     glance told of it; where these are more than the bound, {@code complete} does not advance
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
      Set<Long> stillThere) {

    /** Of a read-only server that is not known nothing counts but that it is there. */
    static Glance ofStranger(long begun, ServerSeen server) {
      return new Glance(begun, begun, server, true, null, 0, 0, List.of(), Set.of());
    }
  }

  /** The offset keeps a plan for a table that is nearly empty from reading all of it at once. */
  private static final String GLANCE =
      """
      with pending as materialized (
        select a.transaction, a.created_at from unnest(?::bigint[]) u(one) cross join lateral (
          select * from outbox_entry where transaction = u.one offset 0) a
        union all
        (select b.transaction, b.created_at from outbox_entry b
          where b.transaction >= ? order by b.transaction limit ?))
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
          array(select x::text::bigint from pg_snapshot_xip(pg_current_snapshot()) x) under_way,
          pg_snapshot_xmax(pg_current_snapshot())::text::bigint next_transaction,
          current_setting('transaction_read_only') = 'on' read_only,
          """
          + ServerSeen.COLUMNS
          + """
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
      select distinct on (cache, space, key) version, cache, space, key, epoch, transaction
        from outbox_entry
       where transaction >= ? and pg_visible_in_snapshot(transaction::text::xid8, ?::pg_snapshot)
         and not coalesce(
               pg_visible_in_snapshot(transaction::text::xid8, ?::pg_snapshot), false)
       order by cache, space, key, version desc limit ?
      """;

  private static final String DELETE = "delete from outbox_entry where version = any(?)";

  private static final String NEWEST_OF =
      """
      select max(version) from (
        select a.* from unnest(?::bigint[]) u(one) cross join lateral (
          select * from outbox_entry where transaction = u.one offset 0) a
        union all
        select * from outbox_entry b where b.transaction >= ?) pending
       where cache = ? and space = ? and key = ?
      """;

  private final AgroalDataSource database;
  private final WatchPool watch;
  private final Snapshots snapshots = new Snapshots();

  private volatile Unsettled unsettled = Unsettled.ALL;

  /** What it shows of the outbox was told of as held. */
  private @Nullable Taken held;

  Outbox(AgroalDataSource database, WatchPool watch) {
    this.database = database;
    this.watch = watch;
  }

  /** Of another server nothing is known yet. */
  void forget() {
    unsettled = Unsettled.ALL;
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
      query.setArray(1, connection.createArrayOf("bigint", unsettled.underWay()));
      query.setLong(2, unsettled.from());
      query.setInt(3, bound + 1);
      query.setArray(4, connection.createArrayOf("text", snapshots.texts().toArray()));
      query.setArray(5, connection.createArrayOf("bigint", versions.toArray()));
      try (ResultSet row = query.executeQuery()) {
        row.next();
        row.getLong("epoch");
        Epoch epoch = row.wasNull() ? null : EpochTable.read(row);
        ServerSeen server = ServerSeen.read(row);
        boolean readOnly = row.getBoolean("read_only");
        if (readOnly && !server.life().known()) {
          // a standby tells neither all that it has nor what is under way
          return Glance.ofStranger(begun, server);
        }
        long oldest = row.getLong("first_transaction");
        OptionalLong first = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(oldest);
        unsettled =
            Unsettled.of(
                row.getLong("next_transaction"),
                first,
                (Long[]) row.getArray("under_way").getArray());
        int pending = row.getInt("pending");
        int emptied = pending > bound ? 0 : row.getInt("emptied");
        long complete = snapshots.add(begun, row.getString("seen"), emptied, pending == 0);
        Optional<Taken> told =
            pending == 0 || versions.size() > bound
                ? Optional.empty()
                : snapshots.olderThan(patience).filter(one -> one.begun() > complete);
        List<Row> held = told.isPresent() ? held(connection, told.get(), bound) : List.of();
        boolean all = told.isPresent() && held.size() <= bound;
        return new Glance(
            begun,
            all ? told.get().begun() : complete,
            server,
            readOnly,
            epoch,
            pending,
            Math.round(row.getDouble("oldest")),
            held,
            Set.of((Long[]) row.getArray("still_there").getArray()));
      }
    }
  }

  private List<Row> held(Connection connection, Taken seen, int bound) throws SQLException {
    Taken before = held;
    try (PreparedStatement query = connection.prepareStatement(HELD)) {
      query.setLong(1, unsettled.from());
      query.setString(2, seen.snapshot());
      query.setString(3, before == null ? null : before.snapshot());
      query.setInt(4, bound + 1);
      List<Row> rows = rows(query);
      if (rows.size() <= bound) {
        held = seen;
      }
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
      query.setLong(1, last == null ? unsettled.from() : last.transaction());
      query.setLong(2, last == null ? -1 : last.version());
      query.setString(3, seen.get().snapshot());
      query.setInt(4, limit);
      return rows(query);
    }
  }

  /** The newest write of a key that is still in the outbox. */
  public OptionalLong newestOf(String cache, Key key) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(NEWEST_OF)) {
      Unsettled now = unsettled;
      query.setArray(1, connection.createArrayOf("bigint", now.underWay()));
      query.setLong(2, now.from());
      query.setString(3, cache);
      query.setString(4, key.space().name());
      query.setString(5, key.id());
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
