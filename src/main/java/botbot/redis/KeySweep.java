package botbot.redis;

import botbot.redis.protocol.Host;
import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisUnavailable;
import botbot.redis.protocol.Refusals;
import botbot.redis.topology.ClusterSlots;
import botbot.redis.topology.Discovery;
import botbot.redis.topology.RedisClients;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all keys of Redis and deletes some, slowly, on a connection of its own. Keys that
 * are there from the beginning to the end of a sweep are found; see the documentation of {@code
 * SCAN}.
 */
@Singleton
public class KeySweep {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final String COUNT = "500";
  private static final String END = "0";

  private final VertxInternal vertx;
  private final RedisClients clients;
  private final Discovery discovery;
  private final ClusterSlots slots;
  private final Refusals refusals;

  KeySweep(
      Vertx vertx,
      RedisClients clients,
      Discovery discovery,
      ClusterSlots slots,
      Refusals refusals) {
    this.vertx = (VertxInternal) vertx;
    this.clients = clients;
    this.discovery = discovery;
    this.slots = slots;
    this.refusals = refusals;
  }

  /**
   * Deletes the keys that begin with {@code prefix}, which has none of {@code * ? [ ] \}, and pass
   * the test. Blocks; how many those were. On a cluster all primaries are swept.
   *
   * @throws RedisUnavailable if Redis does not answer
   */
  public long delete(String prefix, Predicate<String> test) throws InterruptedException {
    if (!clients.isCluster()) {
      return delete(loop -> discovery.find(loop).map(Discovery.Found::client), prefix, test);
    }
    Set<Host> primaries = slots.map().primaries();
    if (primaries.isEmpty()) {
      throw new RedisUnavailable(RedisUnavailable.Reason.DOWN);
    }
    long deleted = 0;
    for (Host primary : primaries) {
      deleted += delete(loop -> Future.succeededFuture(clients.server(primary)), prefix, test);
    }
    return deleted;
  }

  private long delete(
      Function<ContextInternal, Future<Redis>> server, String prefix, Predicate<String> test)
      throws InterruptedException {
    Redis client = await(onEventLoop(server));
    try {
      return delete(await(client.connect()), prefix, test);
    } finally {
      client.close();
    }
  }

  private Future<Redis> onEventLoop(Function<ContextInternal, Future<Redis>> server) {
    ContextInternal loop = vertx.createEventLoopContext();
    Promise<Redis> created = loop.promise();
    loop.runOnContext(now -> server.apply(loop).onComplete(created));
    return created.future();
  }

  private long delete(RedisConnection connection, String prefix, Predicate<String> test)
      throws InterruptedException {
    long deleted = 0;
    String cursor = END;
    do {
      Request scan =
          Request.cmd(Command.SCAN)
              .arg(cursor)
              .arg("MATCH")
              .arg(prefix + "*")
              .arg("COUNT")
              .arg(COUNT);
      Response reply = await("scan", connection.send(scan));
      cursor = reply.get(0).toString();
      deleted += unlink(connection, keys(reply, test));
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } while (!cursor.equals(END));
    return deleted;
  }

  private static List<String> keys(Response reply, Predicate<String> test) {
    List<String> keys = new ArrayList<>();
    for (Response key : reply.get(1)) {
      String text = key.toString();
      if (test.test(text)) {
        keys.add(text);
      }
    }
    return keys;
  }

  private long unlink(RedisConnection connection, List<String> keys) throws InterruptedException {
    List<Future<@Nullable Response>> sent = new ArrayList<>(keys.size());
    for (String key : keys) {
      sent.add(connection.send(Request.cmd(Command.UNLINK).arg(key)));
    }
    long deleted = 0;
    for (Future<@Nullable Response> reply : sent) {
      deleted += Long.parseLong(await("unlink", reply).toString());
    }
    return deleted;
  }

  private Response await(String command, Future<@Nullable Response> future)
      throws InterruptedException {
    Response answer =
        await(
            future.onFailure(
                error -> {
                  if (RedisErrorReply.of(error) instanceof RedisErrorReply reply) {
                    refusals.refused(command, reply);
                  }
                }));
    refusals.done(command);
    return Objects.requireNonNull(answer);
  }

  private static <T extends @Nullable Object> T await(Future<T> future)
      throws InterruptedException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new RedisUnavailable(RedisUnavailable.Reason.LOST);
    }
  }
}
