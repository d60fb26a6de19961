package botbot.access.identity;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what presented keys must match, by one statement without a transaction: from a PostgreSQL
 * that is far away that must not take so long that a revocation is noticed too late.
 */
@Singleton
class KeyTable {

  private static final String FIND =
      """
      select k.hash, c.name, c.roles, c.space, c.tier, c.version, k.expires_at,
             clock_timestamp() as now
        from client_key k join client c on c.name = k.client where k.id = ?
      """;

  private final AgroalDataSource database;

  KeyTable(AgroalDataSource database) {
    this.database = database;
  }

  /** The key of that id and its client, as they are now. */
  Optional<Credential> credential(String keyId) {
    long before = System.nanoTime();
    try (Connection connection = database.getConnection();
        PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setString(1, keyId);
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? Optional.of(read(row).credential(before)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new JDBCConnectionException("a key could not be read", e);
    }
  }

  private static StoredKey read(ResultSet row) throws SQLException {
    Instant now = row.getObject("now", OffsetDateTime.class).toInstant();
    @Nullable OffsetDateTime end = row.getObject("expires_at", OffsetDateTime.class);
    return new StoredKey(
        row.getBytes("hash"),
        row.getString("name"),
        row.getString("roles"),
        row.getString("space"),
        row.getString("tier"),
        row.getLong("version"),
        end == null ? null : end.toInstant(),
        now);
  }
}
