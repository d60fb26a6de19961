package botbot.redis;

import botbot.redis.RedisUnavailable.Reason;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.faulttolerance.api.Guard;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/**
 * Redis for blocking callers on virtual threads: idempotent commands only, over admitted
 * connections, retried and cut off by the one guard. Fails with {@link RedisUnavailable} or the
 * error reply.
 */
@Singleton
public class GuardedRedis {

  private static final Script READ = Script.named("cache_read");

  /** Reads under way at once in a cluster. */
  private static final int TOGETHER = 16;

  private final RedisDoor door;
  private final Guard guard;

  GuardedRedis(RedisDoor door, @Identifier("redis") Guard guard) {
    this.door = door;
    this.guard = guard;
  }

  /** Sends an idempotent command of an epoch and waits for its answer, which may be null. */
  public @Nullable Response send(long epoch, Request request) {
    return call(() -> await(door.sendGated(epoch, request)));
  }

  /** Runs an idempotent script in an epoch and waits for its answer, which may be null. */
  public @Nullable Response eval(long epoch, Script script, List<String> keys, List<String> args) {
    return call(() -> await(door.evalGated(epoch, script, keys, args)));
  }

  /**
   * Reads strings of an epoch in their order, until together they are longer than {@code bytes}:
   * null where there is none, and fewer than {@code keys} where the rest was not read. By one
   * script; in a cluster by a few commands at a time, which travel together.
   */
  public List<@Nullable Response> getAll(long epoch, List<String> keys, long bytes) {
    if (!door.isCluster()) {
      Response found = eval(epoch, READ, keys, List.of(String.valueOf(bytes)));
      List<@Nullable Response> all = new ArrayList<>();
      for (int i = 0; found != null && i < found.size(); i++) {
        all.add(found.get(i));
      }
      return all;
    }
    List<@Nullable Response> all = new ArrayList<>();
    long read = 0;
    for (int i = 0; i < keys.size() && read <= bytes; i += TOGETHER) {
      List<Future<Response>> answers =
          keys.subList(i, Math.min(keys.size(), i + TOGETHER)).stream()
              .map(key -> door.getGated(epoch, key))
              .toList();
      for (Future<Response> answer : answers) {
        Response text = await(answer);
        all.add(text);
        read += text == null ? 0 : text.toBuffer().length();
      }
    }
    return all;
  }

  private @Nullable Response call(Supplier<@Nullable Response> command) {
    if (!door.available()) {
      throw new RedisUnavailable(Reason.DOWN);
    }
    try {
      return guard.get(command, Response.class);
    } catch (CircuitBreakerOpenException e) {
      throw new RedisUnavailable(Reason.DOWN);
    }
  }

  /** Waits for an answer of the door, which the deadline bounds. */
  public static <T> @Nullable T await(Future<T> answer) {
    try {
      return answer.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisUnavailable(Reason.LOST);
    }
  }
}
