package botbot.cache;

import botbot.cache.WriteThrough.Begun;
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
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: writes of several callers, of which nothing depends on what is there, are stored by
 * one statement in one transaction. Whoever comes while a transaction is under way joins the next
 * one; nobody waits for company. A write whose key another transaction holds is not waited for.
 */
public final class WriteGroup<V extends Versioned> {

  /** So many groups are under way at once: the more, the smaller they are. */
  private static final int AT_ONCE = 2;

  private static final int MOST = 64;

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** So many characters a group has, unless one write alone has more. */
  private static final int LENGTH = 512 << 10;

  /**
   * What became of a write.
   *
   * @param busy another transaction holds its key, and nothing was stored
   * @param stored empty if it is busy, or what is there must stay
   */
  public record Outcome<V extends Versioned>(boolean busy, Optional<Written<V>> stored) {}

  /** What was stored, as its JSON. */
  public record Stored(boolean created, long version, Buffer json) {}

  /** A write that waits for its group, or has been stored with it. */
  private static final class Member<V extends Versioned> {
    private final long joinedAt = System.nanoTime();
    private final Key key;
    private final @Nullable Object[] arguments;
    private final int length;
    private final Writes.Returned<Written<V>> returned;
    private final CompletableFuture<Outcome<V>> outcome = new CompletableFuture<>();
    private @Nullable Begun begun;
    private Outcome<V> result = new Outcome<>(true, Optional.empty());

    Member(Key key, Writes.Returned<Written<V>> returned, @Nullable Object[] arguments) {
      this.key = key;
      this.returned = returned;
      this.arguments = arguments;
      this.length = length(arguments);
    }

    private static int length(@Nullable Object[] arguments) {
      int length = 0;
      for (Object argument : arguments) {
        length += argument instanceof String text ? text.length() : 0;
      }
      return length;
    }

    void read(String cache, ResultSet row) throws SQLException {
      if (row.getBoolean("busy")) {
        return;
      }
      row.getLong("version");
      if (row.wasNull()) {
        result = new Outcome<>(false, Optional.empty());
        return;
      }
      Write write = Writes.write(cache, key, row);
      result = new Outcome<>(false, Optional.of(returned.read(write, row)));
      begun = new Begun(write);
    }

    void tell() {
      outcome.complete(result);
    }

    /** Nothing was stored with the group: it is to be tried alone. */
    void isBusy() {
      begun = null;
      outcome.complete(new Outcome<>(true, Optional.empty()));
    }

    void failed(Throwable fault) {
      outcome.completeExceptionally(fault);
    }
  }

  private final AgroalDataSource database;
  private final WriteThrough through;
  private final Duration wait;
  private final CacheType<V> type;
  private final String[] types;
  private final String statement;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Member<V>> waiting = new ArrayList<>();
  private final Set<Key> underWay = new HashSet<>();
  private int leaders;

  WriteGroup(
      AgroalDataSource database,
      WriteThrough through,
      Duration wait,
      CacheType<V> type,
      String function,
      String... types) {
    this.database = database;
    this.through = through;
    this.wait = wait;
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
    Member<V> mine = new Member<>(key, returned, arguments);
    if (join(mine)) {
      lead();
    }
    Outcome<V> outcome = outcome(mine);
    if (mine.begun != null) {
      slot.committed(mine.begun);
    }
    return outcome;
  }

  /**
   * Stores a write and has Redis know it, for event loops: does not block. Null where another
   * transaction holds the key, or what is there must stay.
   */
  public Future<@Nullable Stored> storeAtOnce(
      Context here, Key key, Writes.Returned<Written<V>> returned, @Nullable Object... arguments) {
    Member<V> mine = new Member<>(key, returned, arguments);
    Promise<@Nullable Stored> promise = Promise.promise();
    mine.outcome.whenComplete(
        (outcome, fault) -> here.runOnContext(now -> publish(mine, outcome, fault, promise)));
    if (join(mine)) {
      Thread.ofVirtual().name("write-group").start(() -> leadAll(next(List.of())));
    }
    return promise.future();
  }

  private void publish(
      Member<V> mine,
      @Nullable Outcome<V> outcome,
      @Nullable Throwable fault,
      Promise<@Nullable Stored> promise) {
    if (outcome == null) {
      promise.fail(fault);
    } else if (mine.begun == null) {
      promise.complete(null);
    } else {
      Written<V> written = outcome.stored().orElseThrow();
      through
          .publishAtOnce(type, mine.begun, written.value())
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

  /** Whether who joins is to lead a group. */
  private boolean join(Member<V> mine) {
    lock.lock();
    try {
      waiting.add(mine);
      if (leaders == AT_ONCE) {
        return false;
      }
      leaders++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Leads one group, and leaves those that wait then to another thread. */
  private void lead() {
    List<Member<V>> group = next(List.of());
    if (group.isEmpty()) {
      return;
    }
    commit(group);
    List<Member<V>> rest = next(group);
    if (!rest.isEmpty()) {
      Thread.ofVirtual().name("write-group").start(() -> leadAll(rest));
    }
  }

  private void leadAll(List<Member<V>> first) {
    for (List<Member<V>> group = first; !group.isEmpty(); group = next(group)) {
      commit(group);
    }
  }

  /**
   * Those who go next, writes of one key beside each other; the leader steps down for want of any.
   */
  private List<Member<V>> next(Collection<Member<V>> before) {
    lock.lock();
    try {
      before.forEach(member -> underWay.remove(member.key));
      Map<Key, List<Member<V>>> group = new LinkedHashMap<>();
      int size = 0;
      int length = 0;
      long now = System.nanoTime();
      for (Iterator<Member<V>> all = waiting.iterator(); all.hasNext() && size < MOST; ) {
        Member<V> member = all.next();
        if (now - member.joinedAt > wait.toNanos()) {
          all.remove();
          member.failed(new Unavailable("Too many writes are waiting", RETRY));
          continue;
        }
        if (size > 0 && length + member.length > LENGTH) {
          break;
        }
        if (!underWay.contains(member.key)) {
          all.remove();
          group.computeIfAbsent(member.key, key -> new ArrayList<>(1)).add(member);
          size++;
          length += member.length;
        }
      }
      underWay.addAll(group.keySet());
      if (group.isEmpty()) {
        leaders--;
      }
      return group.values().stream().flatMap(List::stream).toList();
    } finally {
      lock.unlock();
    }
  }

  private void commit(List<Member<V>> group) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        begin(connection, group);
        through.leaseTogether(begun(group));
        connection.commit();
        done = true;
      } finally {
        if (!done) {
          connection.rollback();
        }
        connection.setAutoCommit(true);
      }
      group.forEach(Member::tell);
    } catch (SQLException e) {
      if (isOfOneWrite(e)) {
        group.forEach(Member::isBusy);
      } else {
        RuntimeException fault = new JDBCConnectionException("a group of writes failed", e);
        group.forEach(member -> member.failed(fault));
      }
    } catch (RuntimeException | Error e) {
      // whatever it is, those who wait must be told
      group.forEach(member -> member.failed(e));
    }
  }

  /** Whether PostgreSQL refused one of the writes, or which of two transactions was to wait. */
  private static boolean isOfOneWrite(SQLException fault) {
    return String.valueOf(fault.getSQLState()).matches("(22|23|40).*");
  }

  private void begin(Connection connection, List<Member<V>> group) throws SQLException {
    try (PreparedStatement begin = connection.prepareStatement(statement)) {
      for (int i = 0; i < types.length; i++) {
        begin.setArray(i + 1, connection.createArrayOf(types[i], column(group, i)));
      }
      try (ResultSet rows = begin.executeQuery()) {
        for (Member<V> member : group) {
          rows.next();
          member.read(type.name(), rows);
        }
      }
    }
  }

  /** An array of the very type of its elements, which the driver sends as it is and not as text. */
  private @Nullable Object[] column(List<Member<V>> group, int i) {
    @Nullable Object[] column =
        switch (types[i]) {
          case "text" -> new @Nullable String[group.size()];
          case "integer" -> new @Nullable Integer[group.size()];
          case "bigint" -> new @Nullable Long[group.size()];
          case "boolean" -> new @Nullable Boolean[group.size()];
          default -> new @Nullable Object[group.size()];
        };
    for (int j = 0; j < column.length; j++) {
      column[j] = group.get(j).arguments[i];
    }
    return column;
  }

  private List<Begun> begun(List<Member<V>> group) {
    List<Begun> all = new ArrayList<>(group.size());
    for (Member<V> member : group) {
      if (member.begun != null) {
        all.add(member.begun);
      }
    }
    return all;
  }

  private Outcome<V> outcome(Member<V> mine) {
    try {
      return mine.outcome.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("The wait was interrupted", RETRY);
    }
  }
}
