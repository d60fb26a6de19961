package botbot.cache;

import botbot.cache.WriteThrough.Begun;
import botbot.http.problem.Unavailable;
import botbot.space.Key;
import io.agroal.api.AgroalDataSource;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
public final class WriteGroup {

  /** So many groups are under way at once: the more, the smaller they are. */
  private static final int AT_ONCE = 2;

  private static final int MOST = 64;

  /** So many characters a group has, unless one write alone has more. */
  private static final int LENGTH = 512 << 10;

  /**
   * What became of a write.
   *
   * @param busy another transaction holds its key, and nothing was stored
   * @param stored what was read of it; empty if it is busy, or what is there must stay
   */
  public record Outcome<R>(boolean busy, Optional<R> stored) {}

  /** A write that waits for its group, or has been stored with it. */
  private static final class Member<R> {
    private final Key key;
    private final @Nullable Object[] arguments;
    private final Writes.Returned<R> returned;
    private final CompletableFuture<Outcome<R>> outcome = new CompletableFuture<>();
    private @Nullable Begun begun;
    private Outcome<R> result = new Outcome<>(true, Optional.empty());

    Member(Key key, Writes.Returned<R> returned, @Nullable Object[] arguments) {
      this.key = key;
      this.returned = returned;
      this.arguments = arguments;
    }

    int length() {
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
      outcome.complete(new Outcome<>(true, Optional.empty()));
    }

    void failed(RuntimeException fault) {
      outcome.completeExceptionally(fault);
    }
  }

  private final AgroalDataSource database;
  private final WriteThrough through;
  private final Duration wait;
  private final String cache;
  private final String[] types;
  private final String statement;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Member<?>> waiting = new ArrayList<>();
  private final Set<Key> underWay = new HashSet<>();
  private int leaders;

  WriteGroup(
      AgroalDataSource database,
      WriteThrough through,
      Duration wait,
      String cache,
      String function,
      String... types) {
    this.database = database;
    this.through = through;
    this.wait = wait;
    this.cache = cache;
    this.types = types;
    this.statement =
        Stream.of(types)
            .map(type -> "?::" + type + "[]")
            .collect(Collectors.joining(", ", "select * from " + function + "(", ")"));
  }

  /**
   * Stores a write, within a method under {@link CacheUpdate} that has no transaction.
   *
   * @param arguments one for each type
   * @throws Unavailable if its turn does not come in time
   */
  public <R> Outcome<R> store(Key key, Writes.Returned<R> returned, @Nullable Object... arguments) {
    WriteThrough.Slot slot = through.slot();
    Member<R> mine = new Member<>(key, returned, arguments);
    if (join(mine)) {
      lead();
    }
    Outcome<R> outcome = outcome(mine);
    if (mine.begun != null) {
      slot.begun(mine.begun);
    }
    return outcome;
  }

  /** Whether who joins is to lead a group. */
  private boolean join(Member<?> mine) {
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
    List<Member<?>> group = next(List.of());
    if (group.isEmpty()) {
      return;
    }
    commit(group);
    List<Member<?>> rest = next(group);
    if (!rest.isEmpty()) {
      Thread.ofVirtual().name("write-group").start(() -> leadAll(rest));
    }
  }

  private void leadAll(List<Member<?>> first) {
    for (List<Member<?>> group = first; !group.isEmpty(); group = next(group)) {
      commit(group);
    }
  }

  /**
   * Those who go next, writes of one key beside each other; the leader steps down for want of any.
   */
  private List<Member<?>> next(Collection<Member<?>> before) {
    lock.lock();
    try {
      before.forEach(member -> underWay.remove(member.key));
      Map<Key, List<Member<?>>> group = new LinkedHashMap<>();
      int size = 0;
      int length = 0;
      for (Iterator<Member<?>> all = waiting.iterator(); all.hasNext() && size < MOST; ) {
        Member<?> member = all.next();
        int more = member.length();
        if (size > 0 && length + more > LENGTH) {
          break;
        }
        if (!underWay.contains(member.key)) {
          all.remove();
          group.computeIfAbsent(member.key, key -> new ArrayList<>(1)).add(member);
          size++;
          length += more;
        }
      }
      underWay.addAll(group.keySet());
      if (group.isEmpty()) {
        leaders--;
      }
      return group.values().stream().<Member<?>>flatMap(List::stream).toList();
    } finally {
      lock.unlock();
    }
  }

  private void commit(List<Member<?>> group) {
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
    } catch (RuntimeException e) {
      group.forEach(member -> member.failed(e));
    }
  }

  /** Whether PostgreSQL refused one of the writes, or which of two transactions was to wait. */
  private static boolean isOfOneWrite(SQLException fault) {
    return String.valueOf(fault.getSQLState()).matches("(22|23|40).*");
  }

  private void begin(Connection connection, List<Member<?>> group) throws SQLException {
    try (PreparedStatement begin = connection.prepareStatement(statement)) {
      for (int i = 0; i < types.length; i++) {
        @Nullable Object[] column = new @Nullable Object[group.size()];
        for (int j = 0; j < column.length; j++) {
          column[j] = group.get(j).arguments[i];
        }
        begin.setArray(i + 1, connection.createArrayOf(types[i], column));
      }
      try (ResultSet rows = begin.executeQuery()) {
        for (Member<?> member : group) {
          rows.next();
          member.read(cache, rows);
        }
      }
    }
  }

  private static List<Begun> begun(List<Member<?>> group) {
    List<Begun> all = new ArrayList<>(group.size());
    for (Member<?> member : group) {
      if (member.begun != null) {
        all.add(member.begun);
      }
    }
    return all;
  }

  private <R> Outcome<R> outcome(Member<R> mine) {
    try {
      try {
        return mine.outcome.get(wait.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException late) {
        if (leave(mine)) {
          throw new Unavailable("Too many writes are waiting", Duration.ofSeconds(1));
        }
        return mine.outcome.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("The wait was interrupted", Duration.ofSeconds(1));
    }
  }

  /** Whether its group had not begun yet. */
  private boolean leave(Member<?> mine) {
    lock.lock();
    try {
      return waiting.remove(mine);
    } finally {
      lock.unlock();
    }
  }
}
