package botbot.redis.connection;

import botbot.redis.RedisDoor;
import botbot.redis.protocol.Host;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisUnavailable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections of every event loop to the one Redis there is, or to one primary of a cluster.
 * Safe for use by several threads.
 */
public final class Server implements LoopConnection.ConnectionListener {

  /** Makes the connection of an event loop, which tells {@code listener} of itself. */
  interface Connector {
    LoopConnection connect(ContextInternal loop, LoopConnection.ConnectionListener listener);
  }

  /** Told on event loops. */
  interface Listener {
    void up(Server server);

    void down(Server server, boolean wasUp, String cause);

    void unable(Server server, String cause);

    void demoted();

    void unconfirmed(Server server);

    void refused(String command, RedisErrorReply reply);

    void done(String command);
  }

  private final @Nullable Host host;
  private final Listener listener;
  private final LoopConnection[] connections;
  private final Promise<Void> told = Promise.promise();
  private int next;
  private volatile String cause = "";
  private volatile @Nullable RedisIdentity identity;

  /** Of {@code host}; without one of whatever is found. */
  Server(@Nullable Host host, ContextInternal[] loops, Connector connector, Listener listener) {
    this.host = host;
    this.listener = listener;
    this.connections =
        Arrays.stream(loops)
            .map(loop -> connector.connect(loop, this))
            .toArray(LoopConnection[]::new);
  }

  @Nullable Host host() {
    return host;
  }

  void start() {
    each(LoopConnection::start);
  }

  Future<Void> stop() {
    return Future.all(Arrays.stream(connections).map(LoopConnection::stop).toList()).mapEmpty();
  }

  /** Stops it when what was sent to it has been answered. */
  void retire() {
    each(LoopConnection::retire);
  }

  void moved() {
    each(LoopConnection::moved);
  }

  void check() {
    each(LoopConnection::check);
  }

  private void each(Consumer<LoopConnection> action) {
    for (LoopConnection connection : connections) {
      action.accept(connection);
    }
  }

  public boolean isUp() {
    return anyUp() != null;
  }

  /** Whether it is connected to for the first time, and that has neither succeeded nor failed. */
  public boolean isComing() {
    return !told.future().isComplete();
  }

  /** Completes when it is not {@link #isComing} any more, or after so many nanoseconds. */
  public Future<Void> arrived(long nanos) {
    return told.future().timeout(Math.max(1, nanos), TimeUnit.NANOSECONDS).otherwiseEmpty();
  }

  /** Why it was lost last, or is not reached; empty while neither has happened. */
  String cause() {
    return cause;
  }

  /** Who answered when it was last reached; null before. */
  @Nullable RedisIdentity identity() {
    return identity;
  }

  /** Whether a command that is sent now would reach a Redis that is wanted. */
  boolean reaches(Predicate<RedisIdentity> wanted) {
    for (LoopConnection connection : connections) {
      if (connection.reaches(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** A connection that reaches what is wanted, else one that is up, preferably of this loop. */
  public @Nullable LoopConnection connection(int loop, Predicate<RedisIdentity> wanted) {
    if (loop >= 0 && connections[loop].reaches(wanted)) {
      return connections[loop];
    }
    int first = ThreadLocalRandom.current().nextInt(connections.length);
    for (int i = 0; i < connections.length; i++) {
      LoopConnection candidate = connections[(first + i) % connections.length];
      if (candidate.reaches(wanted)) {
        return candidate;
      }
    }
    return anyUp();
  }

  private @Nullable LoopConnection anyUp() {
    for (LoopConnection connection : connections) {
      if (connection.isUp()) {
        return connection;
      }
    }
    return null;
  }

  /** See {@link RedisDoor#patience}. */
  public Duration patience(Duration deadline) {
    Duration least = deadline;
    for (LoopConnection connection : connections) {
      if (connection.isUp()) {
        Duration patience = connection.patience();
        if (connection.inThread()) {
          return patience;
        }
        least = patience.compareTo(least) < 0 ? patience : least;
      }
    }
    return least;
  }

  /** How long the last probe of the slowest connection took. */
  public Duration latency() {
    return Arrays.stream(connections)
        .map(LoopConnection::latency)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** Whether nothing was answered for so many nanoseconds. */
  public boolean isQuiet(long nanos) {
    long now = System.nanoTime();
    for (LoopConnection connection : connections) {
      if (now - connection.answeredAt() < nanos) {
        return false;
      }
    }
    return true;
  }

  /** Asks who answers, over one connection after the other. */
  public synchronized Future<Void> probe() {
    for (int i = 0; i < connections.length; i++) {
      LoopConnection candidate = connections[next++ % connections.length];
      if (candidate.isUp()) {
        return candidate.probe();
      }
    }
    return Future.failedFuture(new RedisUnavailable(RedisUnavailable.Reason.DOWN));
  }

  @Override
  public void up(LoopConnection connection) {
    identity = connection.identity();
    told.tryComplete();
    listener.up(this);
  }

  @Override
  public void down(LoopConnection connection, boolean wasUp, String why) {
    cause = why;
    told.tryComplete();
    // what ended one has ended the others too, or they tell that it has not
    for (LoopConnection other : connections) {
      if (other.isUp()) {
        other.probe();
      }
    }
    listener.down(this, wasUp, why);
  }

  @Override
  public void unable(String why) {
    if (isUp()) {
      listener.unable(this, why);
    }
  }

  @Override
  public void demoted() {
    listener.demoted();
  }

  @Override
  public void unconfirmed() {
    listener.unconfirmed(this);
  }

  @Override
  public void refused(String command, RedisErrorReply reply) {
    listener.refused(command, reply);
  }

  @Override
  public void done(String command) {
    listener.done(command);
  }
}
