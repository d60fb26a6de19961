package botbot.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what one event loop asks of Redis in one of its turns: a single command costs Redis and
 * the loop far less than as many, and nobody waits for it longer than the turn takes. Only touched
 * on its event loop.
 */
final class LoopBatch<T> {

  private static final int MOST = 64;

  private final ContextInternal loop;
  private final ToIntFunction<T> bytes;
  private final Send<T> send;
  private List<Asked<T>> waiting = new ArrayList<>();
  private int length;
  private long epoch;

  /** Asks for all of them, in an epoch, by a command that answers each in their order. */
  interface Send<T> {
    Future<@Nullable Response> together(long epoch, List<T> all);
  }

  private record Asked<T>(T what, Promise<@Nullable Response> answer) {}

  /**
   * @param bytes how much one of them sends: where together they are more than {@link
   *     GuardedRedis#PIECE}, they do not wait for others
   */
  LoopBatch(ContextInternal loop, ToIntFunction<T> bytes, Send<T> send) {
    this.loop = loop;
    this.bytes = bytes;
    this.send = send;
  }

  /** The answer to one of them. */
  Future<@Nullable Response> add(long epochOfIt, T what) {
    if (epochOfIt != epoch) {
      leave();
      epoch = epochOfIt;
    }
    Promise<@Nullable Response> answer = loop.promise();
    waiting.add(new Asked<>(what, answer));
    length += bytes.applyAsInt(what);
    if (waiting.size() == MOST || length > GuardedRedis.PIECE) {
      leave();
    } else if (waiting.size() == 1) {
      loop.runOnContext(endOfTurn -> leave());
    }
    return answer.future();
  }

  private void leave() {
    if (waiting.isEmpty()) {
      return;
    }
    List<Asked<T>> asked = waiting;
    waiting = new ArrayList<>();
    length = 0;
    send.together(epoch, asked.stream().map(Asked::what).toList())
        .onComplete(
            values -> {
              for (int i = 0; i < asked.size(); i++) {
                if (values.succeeded()) {
                  asked.get(i).answer().complete(values.result().get(i));
                } else {
                  asked.get(i).answer().fail(values.cause());
                }
              }
            });
  }
}
