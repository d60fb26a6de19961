package botbot.cache;

import botbot.cache.WriteThrough.Begun;
import botbot.http.LostCommit;
import botbot.http.problem.Unavailable;
import botbot.space.Key;
import io.agroal.api.AgroalDataSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: short writes of several callers are stored by one statement in one transaction.
 * Whoever comes while a transaction is under way joins the next one. A lone write waits for nobody;
 * where several came together the next group waits half a millisecond at most for as many. A write
 * whose key another transaction holds is not waited for.
 */
public final class WriteGroup<V extends Versioned> {

  /**
   * What became of a write.
   *
   * @param busy nothing was stored: another transaction holds the key, or the value that the change
   *     was made of is no longer current
   * @param stored empty if it is busy, or what is there must stay
   */
  public record Outcome<V extends Versioned>(boolean busy, Optional<Written<V>> stored) {}

  /** What was stored, as its JSON. */
  public record Stored(boolean created, long version, Buffer json) {}

  private static final Duration PATIENCE = Duration.ofNanos(500_000);

  private final AgroalDataSource database;
  private final WriteThrough through;
  private final CacheType<V> type;
  private final String[] types;
  private final String statement;
  private final GroupQueue<V> queue;

  WriteGroup(
      AgroalDataSource database,
      WriteThrough through,
      Duration wait,
      CacheType<V> type,
      String function,
      String... types) {
    this.database = database;
    this.through = through;
    this.queue = new GroupQueue<>(wait, PATIENCE);
    this.type = type;
    this.types = types;
    this.statement =
        Stream.of(types)
            .map(one -> "?::" + one + "[]")
            .collect(Collectors.joining(", ", "select * from " + function + "(", ")"));
  }

  /**
   * Stores a write, within a method under {@link CacheUpdate} that has no transaction.
   *
   * @param arguments one for each type
   * @throws Unavailable if its turn does not come in time
   */
  public Outcome<V> store(
      Key key, Writes.Returned<Written<V>> returned, @Nullable Object... arguments) {
    WriteThrough.Slot slot = through.slot();
    GroupedWrite<V> mine = new GroupedWrite<>(key, returned, arguments);
    if (queue.join(mine)) {
      lead();
    }
    Outcome<V> outcome = mine.await();
    Begun begun = mine.begun();
    if (begun != null) {
      slot.committed(begun);
    }
    return outcome;
  }

  /**
   * Stores a write and has Redis know it, for event loops: does not block. Null where another
   * transaction holds the key, or what is there must stay.
   */
  public Future<@Nullable Stored> storeAtOnce(
      Context here, Key key, Writes.Returned<Written<V>> returned, @Nullable Object... arguments) {
    GroupedWrite<V> mine = new GroupedWrite<>(key, returned, arguments);
    Promise<@Nullable Stored> promise = Promise.promise();
    mine.whenStored(
        (outcome, fault) -> here.runOnContext(now -> publish(mine, outcome, fault, promise)));
    if (queue.join(mine)) {
      leadElsewhere(List.of());
    }
    return promise.future();
  }

  private void publish(
      GroupedWrite<V> mine,
      @Nullable Outcome<V> outcome,
      @Nullable Throwable fault,
      Promise<@Nullable Stored> promise) {
    if (outcome == null) {
      promise.fail(fault);
      return;
    }
    Begun begun = mine.begun();
    if (begun == null) {
      promise.complete(null);
    } else {
      Written<V> written = outcome.stored().orElseThrow();
      through
          .publishAtOnce(type, begun, written.value())
          .<@Nullable Stored>map(json -> stored(written, json))
          .onComplete(promise);
    }
  }

  private Stored stored(Written<V> written, Buffer json) {
    V shown = written.shown();
    return new Stored(
        written.created(),
        shown.version(),
        shown.equals(written.value()) ? json : type.json(shown));
  }

  /** Leads one group, and leaves those that wait then to another thread. */
  private void lead() {
    List<GroupedWrite<V>> group = queue.next(List.of());
    if (group.isEmpty()) {
      return;
    }
    commit(group);
    leadElsewhere(group);
  }

  /** Leads all groups that come after this one. */
  private void leadElsewhere(List<GroupedWrite<V>> before) {
    Thread.ofVirtual()
        .name("write-group")
        .start(
            () -> {
              List<GroupedWrite<V>> group = queue.next(before);
              while (!group.isEmpty()) {
                commit(group);
                group = queue.next(group);
              }
            });
  }

  private void commit(List<GroupedWrite<V>> group) {
    boolean committing = false;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        begin(connection, group);
        through.leaseTogether(begun(group));
        committing = true;
        connection.commit();
        done = true;
      } finally {
        if (!done) {
          connection.rollback();
        }
        connection.setAutoCommit(true);
      }
      group.forEach(GroupedWrite::tell);
    } catch (SQLException e) {
      if (isOfOneWrite(e)) {
        group.forEach(GroupedWrite::busy);
      } else {
        RuntimeException fault =
            committing
                ? new LostCommit(e)
                : new JDBCConnectionException("a group of writes failed", e);
        group.forEach(member -> member.failed(fault));
      }
    } catch (RuntimeException | Error e) {
      // whatever it is, those who wait must be told
      group.forEach(member -> member.failed(e));
    }
  }

  /**
   * Whether the fault is of a single write (22, 23) or of a conflict with another transaction (40),
   * so that each write is to be tried alone.
   */
  private static boolean isOfOneWrite(SQLException fault) {
    return String.valueOf(fault.getSQLState()).matches("(22|23|40).*");
  }

  private void begin(Connection connection, List<GroupedWrite<V>> group) throws SQLException {
    try (PreparedStatement begin = connection.prepareStatement(statement)) {
      for (int i = 0; i < types.length; i++) {
        begin.setArray(i + 1, connection.createArrayOf(types[i], column(group, i)));
      }
      try (ResultSet rows = begin.executeQuery()) {
        for (GroupedWrite<V> member : group) {
          rows.next();
          member.read(type.name(), rows);
        }
      }
    }
  }

  /** An array of the very type of its elements, which the driver sends as it is and not as text. */
  private @Nullable Object[] column(List<GroupedWrite<V>> group, int i) {
    @Nullable Object[] column =
        switch (types[i]) {
          case "text" -> new @Nullable String[group.size()];
          case "integer" -> new @Nullable Integer[group.size()];
          case "bigint" -> new @Nullable Long[group.size()];
          case "boolean" -> new @Nullable Boolean[group.size()];
          default -> new @Nullable Object[group.size()];
        };
    for (int j = 0; j < column.length; j++) {
      column[j] = group.get(j).argument(i);
    }
    return column;
  }

  private List<Begun> begun(List<GroupedWrite<V>> group) {
    List<Begun> all = new ArrayList<>(group.size());
    for (GroupedWrite<V> member : group) {
      Begun begun = member.begun();
      if (begun != null) {
        all.add(begun);
      }
    }
    return all;
  }
}
