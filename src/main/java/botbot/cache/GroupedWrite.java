package botbot.cache;

import botbot.cache.WriteGroup.Outcome;
import botbot.cache.WriteThrough.Begun;
import botbot.http.problem.Unavailable;
import botbot.space.Key;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A write that waits for its group, or has been stored with it. */
final class GroupedWrite<V extends Versioned> {

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final long joinedAt = System.nanoTime();
  private final Key key;
  private final @Nullable Object[] arguments;
  private final int length;
  private final Writes.Returned<Written<V>> returned;
  private final CompletableFuture<Outcome<V>> outcome = new CompletableFuture<>();
  private @Nullable Begun begun;
  private Outcome<V> result = new Outcome<>(true, Optional.empty());

  GroupedWrite(Key key, Writes.Returned<Written<V>> returned, @Nullable Object[] arguments) {
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
  void busy() {
    begun = null;
    outcome.complete(new Outcome<>(true, Optional.empty()));
  }

  void failed(Throwable fault) {
    outcome.completeExceptionally(fault);
  }

  /** Its turn did not come in time. */
  void late() {
    failed(new Unavailable("Too many writes are waiting", RETRY));
  }

  void whenStored(BiConsumer<@Nullable Outcome<V>, @Nullable Throwable> action) {
    outcome.whenComplete(action);
  }

  /** Waits for what becomes of it. */
  Outcome<V> await() {
    try {
      return outcome.get();
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

  Key key() {
    return key;
  }

  @Nullable Object argument(int i) {
    return arguments[i];
  }

  /** How many characters it has. */
  int length() {
    return length;
  }

  boolean hasWaitedFor(Duration wait, long now) {
    return now - joinedAt > wait.toNanos();
  }

  /** The write, if it was stored. */
  @Nullable Begun begun() {
    return begun;
  }
}
