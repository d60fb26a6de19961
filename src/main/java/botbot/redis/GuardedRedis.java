package botbot.redis;

import botbot.redis.protocol.RedisErrorReply;
import botbot.redis.protocol.RedisUnavailable;
import botbot.redis.protocol.RedisUnavailable.Reason;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.faulttolerance.api.Guard;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

  /** How many bytes one script answers with, or is given, of what may be long: 64 KiB. */
  public static final int PIECE = 64 << 10;

  /**
   * How many pieces are under way at once. Small answers wait behind them on the same connections
   * and the same line: 10 ms at 100 Mbit/s.
   */
  private static final int PIECES = 2;

  private static final TypeLiteral<@Nullable Response> ANSWER = new TypeLiteral<>() {};

  private static final TypeLiteral<List<@Nullable Response>> ANSWERS = new TypeLiteral<>() {};

  private static final Duration TURN = Duration.ofSeconds(1);

  private final RedisDoor door;
  private final Guard guard;
  private final Semaphore turns = new Semaphore(PIECES, true);
  private final List<Buffer> aPiece = List.of(Buffer.buffer(String.valueOf(PIECE)));

  GuardedRedis(RedisDoor door, @Identifier("redis") Guard guard) {
    this.door = door;
    this.guard = guard;
  }

  /** Sends an idempotent command of an epoch and waits for its answer, which may be null. */
  public @Nullable Response send(long epoch, String key, Request request) {
    return call(key, () -> await(door.sendGated(epoch, key, request)));
  }

  /** An idempotent command of an epoch. */
  public record Gated(long epoch, String key, Request request) {}

  /**
   * Sends commands together and waits for their answers: null where there is none, or where one
   * failed and others did not.
   */
  public List<@Nullable Response> sendAll(List<Gated> commands) {
    return guarded(
        () -> {
          List<Future<@Nullable Response>> sent =
              commands.stream()
                  .map(one -> door.sendGated(one.epoch(), one.key(), one.request()))
                  .toList();
          List<@Nullable Response> answers = new ArrayList<>(sent.size());
          int failed = 0;
          for (Future<@Nullable Response> one : sent) {
            try {
              answers.add(await(one));
            } catch (RedisUnavailable | RedisErrorReply e) {
              answers.add(null);
              failed++;
              if (failed == sent.size()) {
                throw e;
              }
            }
          }
          return answers;
        },
        ANSWERS);
  }

  /** Runs an idempotent script in an epoch and waits for its answer, which may be null. */
  public @Nullable Response eval(long epoch, Script script, List<String> keys, List<Buffer> args) {
    return call(keys.getFirst(), () -> await(door.evalGated(epoch, script, keys, args)));
  }

  /**
   * As {@link #eval}, for a script that carries a {@link #PIECE} of something long: few are under
   * way at once, so that no small answer waits long behind them.
   */
  public @Nullable Response evalPiece(
      long epoch, Script script, List<String> keys, List<Buffer> args) {
    try {
      if (!turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RedisUnavailable(Reason.LATE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisUnavailable(Reason.LATE);
    }
    try {
      return eval(epoch, script, keys, args);
    } finally {
      turns.release();
    }
  }

  /**
   * Reads strings of an epoch in their order, until together they are longer than {@code bytes}:
   * null where there is none, and fewer than {@code keys} where the rest was not read. By one
   * script for each {@link #PIECE}; in a cluster by a few commands at a time, which travel
   * together, and null for those of a primary that does not answer.
   */
  public List<@Nullable Response> getAll(long epoch, List<String> keys, long bytes) {
    List<@Nullable Response> all = new ArrayList<>();
    long read = 0;
    if (!door.isCluster()) {
      long piece = 1;
      while (piece > 0 && read <= bytes && all.size() < keys.size()) {
        List<String> rest = keys.subList(all.size(), keys.size());
        piece = add(evalPiece(epoch, READ, rest, aPiece), all);
        read += piece;
      }
      return all;
    }
    for (int i = 0; i < keys.size() && read <= bytes; i += TOGETHER) {
      List<Future<@Nullable Response>> answers =
          keys.subList(i, Math.min(keys.size(), i + TOGETHER)).stream()
              .map(key -> door.getGated(epoch, key))
              .toList();
      for (Future<@Nullable Response> answer : answers) {
        Response text = ifThere(answer);
        all.add(text);
        read += text == null ? 0 : text.toBuffer().length();
      }
    }
    return all;
  }

  /**
   * As {@link #getAll}, without waiting for a turn: null where there is none now, and in a cluster.
   * Completes on any thread.
   */
  public Future<@Nullable List<@Nullable Response>> getAllAtOnce(
      long epoch, List<String> keys, long bytes) {
    return door.isCluster() || !turns.tryAcquire()
        ? Future.succeededFuture()
        : readOn(epoch, keys, bytes, new ArrayList<>()).onComplete(read -> turns.release());
  }

  private Future<@Nullable List<@Nullable Response>> readOn(
      long epoch, List<String> keys, long bytes, List<@Nullable Response> all) {
    return door.evalGated(epoch, READ, keys.subList(all.size(), keys.size()), aPiece)
        .compose(
            found -> {
              long read = add(found, all);
              return read > 0 && read <= bytes && all.size() < keys.size()
                  ? readOn(epoch, keys, bytes - read, all)
                  : Future.succeededFuture(all);
            });
  }

  /** Adds what a piece holds; how many bytes that are, with one for each string. */
  private static long add(@Nullable Response piece, List<@Nullable Response> all) {
    long read = 0;
    if (piece != null) {
      for (Response text : piece) {
        all.add(text);
        read += text == null ? 1 : 1 + text.toBuffer().length();
      }
    }
    return read;
  }

  private static @Nullable Response ifThere(Future<@Nullable Response> answer) {
    try {
      return await(answer);
    } catch (RedisUnavailable away) {
      return null;
    }
  }

  private @Nullable Response call(String key, Supplier<@Nullable Response> command) {
    if (!door.available(key)) {
      throw new RedisUnavailable(Reason.DOWN);
    }
    return guarded(command, ANSWER);
  }

  private <T extends @Nullable Object> T guarded(Supplier<T> command, TypeLiteral<T> type) {
    try {
      return guard.get(command, type);
    } catch (CircuitBreakerOpenException e) {
      throw new RedisUnavailable(Reason.DOWN);
    }
  }

  /** Waits for an answer of the door, which the deadline bounds. */
  public static <T extends @Nullable Object> T await(Future<T> answer) {
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
