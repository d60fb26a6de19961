package botbot.cache;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/** Begins writes of cached keys, within the transaction of a method under {@link CacheUpdate}. */
@Singleton
public class Writes {

  private static final String BEGIN =
      "select version, epoch, previous_epoch, now from begin_write(?, ?)";

  private final AgroalDataSource database;
  private final TransactionSynchronizationRegistry transaction;
  private final WriteThrough through;

  Writes(
      AgroalDataSource database,
      TransactionSynchronizationRegistry transaction,
      WriteThrough through) {
    this.database = database;
    this.transaction = transaction;
    this.through = through;
  }

  /**
   * Locks the key until the transaction ends, takes the version of the write and notes it in the
   * outbox. Call it first, once, before reading what the write depends on.
   *
   * @throws IllegalStateException outside a method under {@link CacheUpdate} or {@link CacheEvict}
   */
  public Write begin(String cache, String key) {
    WriteThrough.Slot slot = through.slot();
    Write write = beginLocked(cache, key);
    slot.begun(write);
    transaction.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            // before the commit: a load that read the old row must not fill after it
            through.lease(slot);
          }

          @Override
          public void afterCompletion(int status) {
            // the interceptor publishes, outside the transaction
          }
        });
    return write;
  }

  private Write beginLocked(String cache, String key) {
    try (Connection connection = database.getConnection();
        PreparedStatement begin = connection.prepareStatement(BEGIN)) {
      begin.setString(1, cache);
      begin.setString(2, key);
      try (ResultSet row = begin.executeQuery()) {
        row.next();
        long previous = row.getLong(3);
        @Nullable Long previousEpoch = row.wasNull() ? null : previous;
        return new Write(
            cache,
            key,
            row.getLong(1),
            row.getLong(2),
            previousEpoch,
            row.getObject(4, OffsetDateTime.class).toInstant().truncatedTo(ChronoUnit.MILLIS));
      }
    } catch (SQLException e) {
      throw new JDBCConnectionException("a write could not begin", e);
    }
  }
}
