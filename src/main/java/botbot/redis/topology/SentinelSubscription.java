package botbot.redis.topology;

import botbot.redis.protocol.Host;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.Multi;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears from one sentinel of the failovers of the primary; connects again for as long as it takes.
 * Only touched on its event loop.
 */
final class SentinelSubscription {

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PING = Duration.ofSeconds(5);

  private static final String BEGUN = "+try-failover";
  private static final String PROMOTED = "+promoted-slave";
  private static final String SWITCHED = "+switch-master";
  private static final List<String> ABORTED =
      List.of(
          "-failover-abort-not-elected",
          "-failover-abort-no-good-slave",
          "-failover-abort-slave-timeout");

  private final ContextInternal loop;
  private final RedisClients clients;
  private final Host sentinel;
  private final Failover failover;
  private @Nullable Redis client;
  private long timer = -1;
  private boolean closed;

  SentinelSubscription(
      ContextInternal loop, RedisClients clients, Host sentinel, Failover failover) {
    this.loop = loop;
    this.clients = clients;
    this.sentinel = sentinel;
    this.failover = failover;
  }

  void open() {
    if (closed) {
      return;
    }
    Redis fresh = clients.sentinel(sentinel);
    client = fresh;
    after(PATIENCE, () -> again(fresh));
    fresh
        .connect()
        .onSuccess(connection -> subscribe(fresh, connection))
        .onFailure(error -> again(fresh));
  }

  private void subscribe(Redis fresh, RedisConnection connection) {
    connection.handler(this::heard);
    connection.endHandler(ended -> again(fresh));
    connection.exceptionHandler(error -> again(fresh));
    Request subscribe = Request.cmd(Command.SUBSCRIBE).arg(BEGUN).arg(PROMOTED).arg(SWITCHED);
    ABORTED.forEach(subscribe::arg);
    connection.send(subscribe).onFailure(error -> again(fresh));
    after(PING, () -> ping(fresh, connection));
  }

  private void ping(Redis fresh, RedisConnection connection) {
    after(PATIENCE, () -> again(fresh));
    connection
        .send(Request.cmd(Command.PING))
        .onSuccess(
            answer -> {
              if (fresh.equals(client)) {
                // where pushes are not marked as such, one may be taken for the answer
                heard(answer);
                after(PING, () -> ping(fresh, connection));
              }
            })
        .onFailure(error -> again(fresh));
  }

  private void again(Redis old) {
    if (old.equals(client)) {
      client = null;
      old.close();
      after(PAUSE, this::open);
    }
  }

  private void after(Duration pause, Runnable action) {
    loop.owner().cancelTimer(timer);
    timer = loop.owner().setTimer(pause.toMillis(), due -> action.run());
  }

  private void heard(@Nullable Response message) {
    if (message instanceof Multi parts
        && parts.size() == 3
        && parts.get(0).toString().equals("message")) {
      heard(parts.get(1).toString(), parts.get(2).toString());
    }
  }

  /**
   * What a sentinel tells of an instance is {@code <type> <name> <address> <port>}, and of one that
   * is no primary also {@code @ <primary's name> <address> <port>}.
   */
  private void heard(String event, String text) {
    Iterator<String> words = List.of(text.split(" ")).iterator();
    switch (event) {
      case SWITCHED -> {
        if (words.next().equals(clients.primaryName())) {
          failover.decided(host(words), host(words));
        }
      }
      case PROMOTED -> {
        words.next();
        words.next();
        Host promoted = host(words);
        words.next();
        if (words.next().equals(clients.primaryName())) {
          failover.decided(host(words), promoted);
        }
      }
      default -> {
        words.next();
        if (words.next().equals(clients.primaryName())) {
          Host primary = host(words);
          if (event.equals(BEGUN)) {
            failover.begun(primary);
          } else {
            failover.aborted(primary);
          }
        }
      }
    }
  }

  private static Host host(Iterator<String> words) {
    return new Host(words.next(), Integer.parseInt(words.next()));
  }

  void close() {
    closed = true;
    loop.owner().cancelTimer(timer);
    Redis old = client;
    client = null;
    if (old != null) {
      old.close();
    }
  }
}
