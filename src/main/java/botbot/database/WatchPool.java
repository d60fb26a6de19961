package botbot.database;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ExceptionSorter;
import io.agroal.api.configuration.supplier.AgroalConnectionPoolConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.transaction.TransactionIntegration;
import io.agroal.pool.DataSource;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A few connections to PostgreSQL, made like all others, for what keeps watch: that must go on when
 * requests hold all of theirs. They are not asked before each use whether they live, which saves a
 * round trip: whoever keeps watch asks again soon, and after one has died they are all made anew.
 *
 * <p>For the same reason no attempt to connect is repeated here. The pool would repeat it after a
 * second, and whoever waits for that does not see that PostgreSQL is back. It does so only where
 * the wait for a connection is bounded, so that the bound is kept here.
 */
@Singleton
public class WatchPool {

  /** One for looks, three for confirmed writes, two for whatever else keeps watch. */
  static final int SIZE = 6;

  /** What is done with a connection. */
  @FunctionalInterface
  public interface Work<T extends @Nullable Object> {

    /** Does it. */
    T with(Connection connection) throws SQLException;
  }

  /** What is read of a row. */
  @FunctionalInterface
  public interface Columns<T> {

    /** Reads it. */
    T of(ResultSet row) throws SQLException;
  }

  private final Semaphore unused = new Semaphore(SIZE);
  private final Duration patience;
  private final AgroalDataSource pool;
  private final ExceptionSorter fatal;

  WatchPool(AgroalDataSource requests) {
    AgroalConnectionPoolConfiguration same =
        requests.getConfiguration().connectionPoolConfiguration();
    patience = same.acquisitionTimeout();
    fatal = same.exceptionSorter();
    pool =
        new DataSource(
            new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(
                    new AgroalConnectionPoolConfigurationSupplier(same)
                        .initialSize(0)
                        .minSize(0)
                        // with room where two make one at once: nobody is to wait within the pool
                        .maxSize(2 * SIZE)
                        .acquisitionTimeout(Duration.ZERO)
                        .validateOnBorrow(false)
                        // or the other pool would hand out connections of this one
                        .connectionCache(ConnectionCache.none())
                        .transactionIntegration(TransactionIntegration.none()))
                .get());
  }

  @PreDestroy
  void close() {
    pool.close();
  }

  /**
   * Each statement of the work is a transaction of its own, whatever transaction the caller has.
   *
   * @throws SQLTransientConnectionException where all connections are in use for too long
   */
  public <T extends @Nullable Object> T query(Work<T> work) throws SQLException {
    awaitUnused();
    try (Connection connection = pool.getConnection()) {
      return work.with(connection);
    } catch (SQLException fault) {
      if (fatal.isFatal(fault)) {
        renew();
      }
      throw fault;
    } finally {
      unused.release();
    }
  }

  private void awaitUnused() throws SQLException {
    try {
      if (!unused.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new SQLTransientConnectionException(
            "all connections that keep watch were in use for " + patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("interrupted while all were in use", e);
    }
  }

  /** Reads the one row of a query that has no arguments. */
  public <T> T row(String sql, Columns<T> columns) throws SQLException {
    return query(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql);
              ResultSet row = query.executeQuery()) {
            row.next();
            return columns.of(row);
          }
        });
  }

  /** The work is one transaction, which commits unless the work fails. */
  public <T extends @Nullable Object> T inTransaction(Work<T> work) throws SQLException {
    return query(
        connection -> {
          connection.setAutoCommit(false);
          boolean done = false;
          try {
            T result = work.with(connection);
            connection.commit();
            done = true;
            return result;
          } finally {
            if (!done) {
              connection.rollback();
            }
            connection.setAutoCommit(true);
          }
        });
  }

  /** Closes all connections, those in use when they are given back. */
  void renew() {
    pool.flush(FlushMode.GRACEFUL);
  }
}
