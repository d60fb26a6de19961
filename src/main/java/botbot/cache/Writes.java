package botbot.cache;

import botbot.space.Key;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
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
      "select version, epoch, previous_epoch, now from begin_write(?, ?, ?, ?)";

  private final AgroalDataSource database;
  private final WriteThrough through;

  Writes(AgroalDataSource database, WriteThrough through) {
    this.database = database;
    this.through = through;
  }

  /**
   * Locks the key until the transaction ends, takes the version of the write and notes it in the
   * outbox. Call it first, once, before reading what the write depends on.
   *
   * @throws IllegalStateException outside a method under {@link CacheUpdate} or {@link CacheEvict}
   */
  public Write begin(String cache, Key key) {
    return begin(cache, key, null);
  }

  /**
   * As {@link #begin(String, Key)}, of what may come to belong to {@code owner}: it is shut out
   * while all that the owner has is being deleted.
   */
  public Write begin(String cache, Key key, @Nullable String owner) {
    WriteThrough.Slot slot = through.slot();
    Write write = beginLocked(cache, key, owner);
    slot.begun(write);
    through.leaseBeforeCommit(slot);
    return write;
  }

  /**
   * Tells that a caller is being shown the current version of a key as PostgreSQL has it, outside
   * of any write: no later read of this instance shows an older one.
   */
  public void shown(String cache, Key key) {
    through.shown(cache, key);
  }

  private Write beginLocked(String cache, Key key, @Nullable String owner) {
    try (Connection connection = database.getConnection();
        PreparedStatement begin = connection.prepareStatement(BEGIN)) {
      begin.setString(1, key.space().name());
      begin.setString(2, cache);
      begin.setString(3, key.id());
      begin.setString(4, owner);
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
