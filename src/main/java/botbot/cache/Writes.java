package botbot.cache;

import botbot.cache.entry.CacheSettings;
import botbot.space.Key;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/** Begins writes of cached keys, within the transaction of a method under {@link CacheUpdate}. */
@Singleton
public class Writes {

  /** Reads what a statement returned of the write that it began. */
  @FunctionalInterface
  public interface Returned<R> {
    /** Reads the columns of {@code row} that are not part of the {@code write} itself. */
    R read(Write write, ResultSet row) throws SQLException;
  }

  private final AgroalDataSource database;
  private final WriteThrough through;
  private final CacheSettings settings;
  private final CacheTypes cached;

  Writes(
      AgroalDataSource database, WriteThrough through, CacheSettings settings, CacheTypes cached) {
    this.database = database;
    this.through = through;
    this.settings = settings;
    this.cached = cached;
  }

  /**
   * Has writes of a cache be stored together, by a function of PostgreSQL that takes an array for
   * each argument and returns, in their order, what {@code begin_write} returns and more: whether
   * the write is {@code busy}, and no {@code version} where it stored nothing.
   *
   * @param types of the arguments, in PostgreSQL
   */
  public <V extends Versioned> WriteGroup<V> group(
      String cache, Class<V> type, String function, String... types) {
    return new WriteGroup<>(
        database, through, settings.writeWait(), cached.of(cache, type), function, types);
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
   * As {@link #begin(String, Key)}, for a key that this write may give to {@code owner}: it waits
   * while all that {@code owner} has is being deleted.
   */
  public Write begin(String cache, Key key, @Nullable String owner) {
    return call(
        cache,
        key,
        "begin_write(?, ?, ?, ?)",
        (write, row) -> write,
        key.space().name(),
        cache,
        key.id(),
        owner);
  }

  /**
   * Begins a write as {@link #begin(String, Key)} does and stores it, by one call of a function of
   * PostgreSQL: for what does not depend on what is there.
   *
   * @param call the function, which returns what {@code begin_write} returns and more, with a
   *     question mark for each argument
   */
  public <R> R store(
      String cache, Key key, String call, Returned<R> returned, @Nullable Object... arguments) {
    return call(cache, key, call, returned, arguments);
  }

  private <R> R call(
      String cache, Key key, String call, Returned<R> returned, @Nullable Object... arguments) {
    WriteThrough.Slot slot = through.slot();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement("select * from " + call)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        Write write = write(cache, key, row);
        through.begun(slot, write);
        return returned.read(write, row);
      }
    } catch (SQLException e) {
      throw new JDBCConnectionException("a write could not begin", e);
    }
  }

  /** A write that stored its value, or only began, since what the value was made of has changed. */
  public record Attempt<V>(Write write, Optional<V> stored) {}

  static Write write(String cache, Key key, ResultSet row) throws SQLException {
    long previous = row.getLong("previous_epoch");
    @Nullable Long previousEpoch = row.wasNull() ? null : previous;
    return new Write(
        cache, key, row.getLong("version"), row.getLong("epoch"), previousEpoch, time(row, "now"));
  }

  /** A time as an argument of {@link #store}. */
  public static OffsetDateTime argument(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  /** A time as rows are stored with it, in whole milliseconds. */
  public static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Tells that a caller is being shown the current version of a key as PostgreSQL has it, outside
   * of any write: no later read of this instance shows an older one.
   */
  public void shown(String cache, Key key) {
    through.shown(cache, key);
  }
}
