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
import java.util.List;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Deletes all rows of a user in one transaction, of a method under {@link CacheEvict}: each is a
 * write of its own to the cache.
 */
@Singleton
public class Deletions {

  private static final String BEGIN = "select epoch, previous_epoch, now from begin_deletion(?, ?)";

  private static final String DELETE =
      """
      with gone as (
        delete from %1$s where space = ? and user_id = ?
         returning %2$s as key, %3$s as counted),
      noted as (
        insert into outbox_entry (version, space, cache, key, epoch)
        select nextval('version_seq'), ?, ?, g.key, ? from gone g returning version, key)
      select n.version, n.key, (select count(*) from gone where counted) as counted from noted n
      """;

  private final AgroalDataSource database;
  private final WriteThrough through;

  Deletions(AgroalDataSource database, WriteThrough through) {
    this.database = database;
    this.through = through;
  }

  /**
   * Deletes all rows of a table that belong to a user. Writes of theirs that have begun are waited
   * for, later ones wait.
   *
   * @param counted an SQL condition
   * @return how many of the rows fulfilled it
   */
  public int ofUser(CachedRows rows, Key user, String counted) {
    WriteThrough.Slot slot = through.slot();
    Space space = user.space();
    try (Connection connection = database.getConnection();
        PreparedStatement begin = connection.prepareStatement(BEGIN);
        PreparedStatement delete =
            connection.prepareStatement(DELETE.formatted(rows.table(), rows.id(), counted))) {
      begin.setString(1, space.name());
      begin.setString(2, user.id());
      try (ResultSet begun = begin.executeQuery()) {
        begun.next();
        delete.setString(1, space.name());
        delete.setString(2, user.id());
        delete.setString(3, space.name());
        delete.setString(4, rows.cache());
        delete.setLong(5, begun.getLong("epoch"));
        return collect(delete, rows, space, begun, slot);
      }
    } catch (SQLException e) {
      throw new JDBCConnectionException("a deletion could not begin", e);
    }
  }

  private int collect(
      PreparedStatement delete,
      CachedRows rows,
      Space space,
      ResultSet begun,
      WriteThrough.Slot slot)
      throws SQLException {
    long epoch = begun.getLong("epoch");
    long previous = begun.getLong("previous_epoch");
    @Nullable Long previousEpoch = begun.wasNull() ? null : previous;
    Instant now = begun.getObject("now", OffsetDateTime.class).toInstant();
    List<Write> writes = new ArrayList<>();
    int counted = 0;
    try (ResultSet row = delete.executeQuery()) {
      while (row.next()) {
        writes.add(
            new Write(
                rows.cache(),
                space.key(row.getString("key")),
                row.getLong("version"),
                epoch,
                previousEpoch,
                now));
        counted = row.getInt("counted");
      }
    }
    through.begun(slot, writes);
    return counted;
  }
}
