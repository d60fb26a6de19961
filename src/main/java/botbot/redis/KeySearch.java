package botbot.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Goes through all keys of Redis and deletes some, slowly, on a connection of its own. Keys that
 * are there from the beginning to the end of a search are found; see the documentation of {@code
 * SCAN}.
 */
@Singleton
public class KeySearch {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final String COUNT = "500";
  private static final String END = "0";

  private final VertxInternal vertx;
  private final RedisClients clients;
  private final Discovery discovery;
  private final Refusals refusals;

  KeySearch(Vertx vertx, RedisClients clients, Discovery discovery, Refusals refusals) {
    this.vertx = (VertxInternal) vertx;
    this.clients = clients;
    this.discovery = discovery;
    this.refusals = refusals;
  }

  /**
   * Deletes the keys that begin with {@code prefix}, which has none of {@code * ? [ ] \}, and pass
   * the test. Blocks; how many those were. On a cluster all primaries are searched.
   *
   * @throws RedisUnavailable if Redis does not answer
   */
  public long delete(String prefix, Predicate<String> test) throws InterruptedException {
    Redis client = await(onEventLoop());
    try {
      return delete(await(client.connect()), prefix, test);
    } finally {
      client.close();
    }
  }

  private Future<Redis> onEventLoop() {
    ContextInternal loop = vertx.createEventLoopContext();
    Promise<Redis> created = loop.promise();
    loop.runOnContext(now -> discovery.find(loop).map(Discovery.Found::client).onComplete(created));
    return created.future();
  }

  private long delete(RedisConnection connection, String prefix, Predicate<String> test)
      throws InterruptedException {
    long deleted = 0;
    List<String> cursors = new ArrayList<>(List.of(END));
    boolean first = true;
    while (first || cursors.stream().anyMatch(cursor -> !cursor.equals(END))) {
      for (int node = 0; node < cursors.size(); node++) {
        if (!first && cursors.get(node).equals(END)) {
          continue;
        }
        List<Response> replies = scan(connection, cursors.get(node), prefix);
        if (first && replies.size() > 1) {
          // every primary begins at the same place, and goes on from one of its own
          cursors = new ArrayList<>(replies.stream().map(r -> r.get(0).toString()).toList());
          for (Response reply : replies) {
            deleted += unlink(connection, keys(reply, test));
          }
          break;
        }
        Response reply = replies.get(node);
        cursors.set(node, reply.get(0).toString());
        deleted += unlink(connection, keys(reply, test));
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      }
      first = false;
    }
    return deleted;
  }

  private List<Response> scan(RedisConnection connection, String cursor, String prefix)
      throws InterruptedException {
    Request scan =
        Request.cmd(Command.SCAN)
            .arg(cursor)
            .arg("MATCH")
            .arg(prefix + "*")
            .arg("COUNT")
            .arg(COUNT);
    return clients.isCluster()
        ? await("scan", RedisCluster.create(connection).onAllMasterNodes(scan))
        : List.of(await("scan", connection.send(scan)));
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
    List<Future<Response>> sent = new ArrayList<>(keys.size());
    for (String key : keys) {
      sent.add(connection.send(Request.cmd(Command.UNLINK).arg(key)));
    }
    long deleted = 0;
    for (Future<Response> reply : sent) {
      deleted += await("unlink", reply).toLong();
    }
    return deleted;
  }

  private <T> T await(String command, Future<T> future) throws InterruptedException {
    T answer =
        await(
            future.onFailure(
                error -> {
                  if (RedisErrorReply.of(error) instanceof RedisErrorReply reply) {
                    refusals.refused(command, reply);
                  }
                }));
    refusals.done(command);
    return answer;
  }

  private static <T> T await(Future<T> future) throws InterruptedException {
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
