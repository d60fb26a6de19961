package botbot.cache.freshness;

import botbot.database.WatchPool;
import botbot.redis.protocol.RedisIdentity;
import botbot.space.Deployment;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The epochs in PostgreSQL. */
@Singleton
class EpochTable {

  /** The columns {@link #read} wants. */
  static final String COLUMNS =
      """
      e.epoch, e.run_id, e.replication_id, e.parts, e.deployment, e.cause,
      e.server_started_at = pg_postmaster_start_time() of_this_server
      """;

  private static final String LAST =
      "select " + COLUMNS + " from cache_epoch e order by e.epoch desc limit 1";

  // writers hold this lock shared until they have committed: see begin_write
  private static final String LOCK = "select pg_advisory_xact_lock(x'426f7442'::int, 0)";

  private static final String START =
      """
      insert into cache_epoch
        (epoch, run_id, replication_id, parts, system_identifier, timeline, deployment, cause)
      select greatest(
               (extract(epoch from clock_timestamp()) * 1000)::bigint,
               (select max(epoch) + 1 from cache_epoch)),
             ?, ?, ?, s.system_identifier, 0, (select identity from deployment), ?
        from server_identity() s
      """;

  private static final String SEPARATOR = "[,;]";

  private final WatchPool watch;
  private final ServerLives lives;

  EpochTable(WatchPool watch, ServerLives lives) {
    this.watch = watch;
    this.lives = lives;
  }

  /** The last epoch, or null before the first. */
  @Nullable Epoch last() throws SQLException {
    return watch.<@Nullable Epoch>query(EpochTable::last);
  }

  /**
   * Begins an epoch, unless the last one turns out to be known under the exclusive lock.
   *
   * @param parts makes its parts of those of the last epoch
   */
  Epoch start(UnaryOperator<Parts> parts, Predicate<Epoch> known, String cause)
      throws SQLException {
    return watch.inTransaction(connection -> startLocked(connection, parts, known, cause));
  }

  private Epoch startLocked(
      Connection connection, UnaryOperator<Parts> parts, Predicate<Epoch> known, String cause)
      throws SQLException {
    try (Statement lock = connection.createStatement();
        PreparedStatement start = connection.prepareStatement(START)) {
      lock.execute(LOCK);
      lives.recognise(connection, 0);
      Epoch last = last(connection);
      if (last != null && known.test(last)) {
        return last;
      }
      // of another server of PostgreSQL nothing is left as it was
      Parts next = parts.apply(last == null || !last.ofThisServer() ? Parts.NONE : last.parts());
      start.setString(1, joined(next, RedisIdentity::runId));
      start.setString(2, joined(next, RedisIdentity::replicationId));
      start.setString(3, next.text());
      start.setString(4, last == null ? "the first" : cause);
      start.executeUpdate();
      Epoch begun = last(connection);
      if (begun == null) {
        throw new IllegalStateException("the epoch just begun is not there");
      }
      return begun;
    }
  }

  private static @Nullable Epoch last(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LAST)) {
      return row.next() ? read(row) : null;
    }
  }

  /**
   * In one order, by which an instance of the release before compares them too. It gives entries of
   * all parts the number of the epoch: where they are of several, it is not to recognise this one.
   */
  private static String joined(Parts parts, Function<RedisIdentity, String> part) {
    return parts.primaries().stream()
        .map(part)
        .collect(Collectors.joining(parts.areOfOneEpoch() ? "," : ";"));
  }

  private static Parts parts(ResultSet row) throws SQLException {
    String[] runIds = row.getString("run_id").split(SEPARATOR, -1);
    String[] replicationIds = row.getString("replication_id").split(SEPARATOR, -1);
    List<RedisIdentity> primaries = new ArrayList<>();
    for (int i = 0; i < runIds.length; i++) {
      primaries.add(new RedisIdentity(runIds[i], replicationIds[i]));
    }
    return Parts.read(row.getString("parts"), primaries, row.getLong("epoch"));
  }

  static Epoch read(ResultSet row) throws SQLException {
    return new Epoch(
        row.getLong("epoch"),
        parts(row),
        row.getBoolean("of_this_server"),
        new Deployment(row.getString("deployment")),
        row.getString("cause"));
  }
}
