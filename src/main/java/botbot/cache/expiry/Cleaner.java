package botbot.cache.expiry;

import botbot.database.WatchPool;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes expired rows in small batches, each in a transaction of its own; one instance at a time.
 * A row that is being written is left alone, and one that was extended meanwhile is not expired any
 * more, but put off: that is decided under the lock of the row. Readers never wait.
 */
@Singleton
class Cleaner {

  private static final Logger LOG = Logger.getLogger(Cleaner.class);

  private static final String TURN = "select pg_try_advisory_xact_lock(x'426f7442'::int, 2)";

  /** How a batch came out: rows that were looked at, and how many of them had to go. */
  record Batch(int seen, int removed) {}

  // statement_timestamp: a volatile clock would keep PostgreSQL from using the index
  private static final String DUE =
      """
      select ctid, expires_at from %1$s
       where due_at < statement_timestamp() - make_interval(secs => ?)
       order by due_at limit ? for update skip locked""";

  private static final String REMOVE =
      "delete from %1$s where ctid = any(array(select ctid from ("
          + DUE
          + ") due)) and expires_at < statement_timestamp() - make_interval(secs => ?)";

  private static final String PUT_OFF =
      "update %1$s set due_at = expires_at where ctid = any(array(select ctid from ("
          + DUE
          + ") due where expires_at >= statement_timestamp() - make_interval(secs => ?)))";

  private static final String ANY_DUE =
      "exists (select from %1$s"
          + " where due_at < statement_timestamp() - make_interval(secs => %2$s))";

  private final AgroalDataSource database;
  private final WatchPool watch;
  private final CleanerSettings settings;
  private final List<ExpiredRows> tables;
  private final MeterRegistry meters;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cleaner").daemon().factory());

  Cleaner(
      AgroalDataSource database,
      WatchPool watch,
      CleanerSettings settings,
      @All List<ExpiredRows> tables,
      MeterRegistry meters) {
    this.database = database;
    this.watch = watch;
    this.settings = settings;
    this.tables = tables;
    this.meters = meters;
  }

  void start(@Observes StartupEvent event) {
    next(settings.interval());
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  private void next(Duration delay) {
    if (!ticks.isShutdown()) {
      ticks.schedule(this::tick, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    Duration delay = settings.interval();
    try {
      for (ExpiredRows rows : isAnyDue() ? tables : List.<ExpiredRows>of()) {
        if (clean(rows).seen() == settings.batch()) {
          delay = settings.pause();
        }
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("PostgreSQL does not answer, expired rows stay", e);
      // sessions extended during the outage must first be written
      delay = settings.grace();
    }
    next(delay);
  }

  private boolean isAnyDue() throws SQLException {
    String sql =
        tables.stream()
            .map(rows -> ANY_DUE.formatted(rows.table(), graceSeconds()))
            .collect(Collectors.joining(" or ", "select ", ""));
    return watch.row(sql, row -> row.getBoolean(1));
  }

  private double graceSeconds() {
    return settings.grace().toMillis() / 1000.0;
  }

  /** Removes one batch, unless another instance is at it. */
  Batch clean(ExpiredRows rows) {
    Batch batch = QuarkusTransaction.requiringNew().call(() -> remove(rows.table()));
    meters.counter("botbot.expired.removed", "table", rows.table()).increment(batch.removed());
    return batch;
  }

  private Batch remove(String table) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement turn = connection.prepareStatement(TURN);
        ResultSet mine = turn.executeQuery()) {
      mine.next();
      if (!mine.getBoolean(1)) {
        return new Batch(0, 0);
      }
      int removed = run(REMOVE, table, connection);
      // a full batch of rows that had to go leaves none to put off
      int putOff = removed == settings.batch() ? 0 : run(PUT_OFF, table, connection);
      return new Batch(removed + putOff, removed);
    }
  }

  private int run(String statement, String table, Connection connection) throws SQLException {
    double grace = graceSeconds();
    try (PreparedStatement change = connection.prepareStatement(statement.formatted(table))) {
      change.setDouble(1, grace);
      change.setInt(2, settings.batch());
      change.setDouble(3, grace);
      return change.executeUpdate();
    }
  }
}
